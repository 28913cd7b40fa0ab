// After an edit of command markdown: runs `crossblock check` on the file, and hands what it finds to the agent.
// Exit codes, as Claude Code takes them: 0 nothing to say, 2 what stands in stderr is for the agent, 1 it is for the user.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Where agents keep what they execute; any other Markdown may hold snippets that belong to nobody. */
const COMMAND_MARKDOWN =
  /(?:^|\/)(?:commands|agents|workflows)\/.*\.md$|(?:^|\/)skills\/.*\/SKILL\.md$|(?:^|\/)\.(?:claude|agents|codex|cursor|gemini|opencode|windsurf)\/.*\.mdc?$|(?:^|\/)\.github\/(?:agents|prompts)\/.*\.md$/;

const file = editedFile();
if (file === undefined || !COMMAND_MARKDOWN.test(file.replaceAll('\\', '/'))) process.exit(0);

const { status, stdout, stderr, error } = spawnSync('crossblock', ['check', '--', file], {
  encoding: 'utf8',
});
if (error !== undefined) {
  console.error(`crossblock cannot be started (${error.message}); is it installed and in PATH?`);
  process.exit(1);
}
if (status === 0) process.exit(0);
console.error(status === 1 ? `${stdout}Fix what is lost between the blocks of ${file}.` : stderr);
process.exit(status === 1 ? 2 : 1);

/** @returns {string | undefined} the file that the tool has written; undefined for an input of another form */
function editedFile() {
  try {
    const { tool_input: input } = JSON.parse(readFileSync(0, 'utf8'));
    return typeof input?.file_path === 'string' ? input.file_path : undefined;
  } catch {
    return undefined;
  }
}
