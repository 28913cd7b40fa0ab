import {
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { startServer } from '../languageServer/server';
import { VERSION } from '../version';
import { type Command, UsageError } from './command';

/** `crossblock lsp`: the language server for any editor, over standard input and output. */
export const lsp: Command = {
  name: 'lsp',
  summary: 'runs the language server over standard input and output',
  help: `Usage: crossblock lsp --stdio

Runs the language server for an editor: diagnostics and code actions for command markdown.
`,
  async run(words) {
    const unknown = words.find(word => word !== '--stdio' && !word.startsWith('--clientProcessId='));
    if (unknown !== undefined) throw new UsageError(`crossblock lsp knows --stdio, not "${unknown}"`);
    const connection = createConnection(
      ProposedFeatures.all,
      new StreamMessageReader(process.stdin),
      new StreamMessageWriter(process.stdout),
    );
    startServer(connection, VERSION);
    return new Promise(resolve => connection.onExit(() => resolve(0)));
  },
};
