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

Runs the language server for an editor: diagnostics, code actions, hover, completion, navigation and rename for command markdown.
`,
  options: { stdio: [] },
  words: [],
  async run(words) {
    const unknown = words.find(word => word !== '--stdio' && !word.startsWith('--clientProcessId='));
    if (unknown !== undefined) throw new UsageError(`crossblock lsp knows --stdio, not "${unknown}"`);
    const reader = new StreamMessageReader(process.stdin);
    const connection = createConnection(
      ProposedFeatures.all,
      reader,
      new StreamMessageWriter(process.stdout),
    );
    // Behind bytes that are no message, nobody knows where the next one begins.
    reader.onError(error => {
      process.stderr.write(
        `crossblock: The input is no message of the protocol: ${error.message.split('\n')[0]}\n`,
      );
      process.exit(2);
    });
    let isShutDown = false;
    startServer(connection, VERSION, () => {
      isShutDown = true;
    });
    // A client that dies says nothing: its end of the pipe closes. The library would go on as long as the client's parent lives.
    process.stdin.once('end', () => process.exit(isShutDown ? 0 : 1));
    process.stdin.once('close', () => process.exit(isShutDown ? 0 : 1));
    return new Promise(resolve => connection.onExit(() => resolve(0)));
  },
};
