-- Opens a file with the language server as docs/editors.md says for old versions, and prints what a user would see, as JSON.
local file, cli = vim.env.CROSSBLOCK_FILE, vim.env.CROSSBLOCK_CLI
vim.cmd('edit ' .. vim.fn.fnameescape(file))
local id = vim.lsp.start_client({
  name = 'crossblock',
  cmd = { 'node', cli, 'lsp', '--stdio' },
  root_dir = vim.fn.fnamemodify(file, ':h'),
})
vim.lsp.buf_attach_client(0, id)
vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 50)
local found = {}
for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
  table.insert(found, { line = diagnostic.lnum + 1, code = diagnostic.code, message = diagnostic.message })
end
local first = vim.diagnostic.get(0)[1]
local titles = {}
if first then
  vim.api.nvim_win_set_cursor(0, { first.lnum + 1, first.col })
  local params = vim.lsp.util.make_range_params()
  params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics() }
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 60000)
  for _, answer in pairs(answers or {}) do
    for _, action in ipairs(answer.result or {}) do table.insert(titles, action.title) end
  end
end
io.stdout:write('RESULT ' .. vim.json.encode({ diagnostics = found, actions = titles }) .. '\n')
vim.lsp.stop_client(id)
vim.cmd('qall!')
