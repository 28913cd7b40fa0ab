import { isMainThread } from 'node:worker_threads';
import { isScanThread, serveScans } from '../languageServer/scanThread';
import { VERSION } from '../version';
import { suggestion } from '../workspace/suggest';
import { check } from './check';
import { type Command, UsageError } from './command';
import { completionsOf } from './completions';
import { explain } from './explain';
import { graph } from './graph';
import { init } from './init';
import { lsp } from './lsp';
import { rules } from './rules';
import { run } from './run';
import { state } from './state';
import { serveAsWorker } from './workers';

const DOING: readonly Command[] = [check, explain, graph, lsp, rules, init, run, state];
const COMMANDS: readonly Command[] = [...DOING, completionsOf(DOING)];
const HELP = `crossblock ${VERSION}: finds shell state that is lost between the bash blocks of command markdown

Usage: crossblock COMMAND [OPTIONS]

Commands:
${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join('\n')}

crossblock COMMAND --help tells more. Exit codes: 0 nothing found, 1 findings at warning or error, 2 something could not be done.
`;

async function main(words: readonly string[]): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(HELP);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const command = COMMANDS.find(candidate => candidate.name === name);
  if (command === undefined)
    throw new UsageError(
      `There is no command "${name}"${suggestion(
        name,
        COMMANDS.map(known => known.name),
      )}; there are ${COMMANDS.map(known => known.name).join(', ')}`,
    );
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(command.help);
    return 0;
  }
  return command.run(rest);
}

if (isMainThread) runMain();
else if (isScanThread()) serveScans();
else serveAsWorker();

function runMain(): void {
  // Who reads the output may have seen enough (`| head`); a full disk is worth a word.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`crossblock: The output cannot be written: ${error.message}\n`);
    process.exit(2);
  });

  main(process.argv.slice(2)).then(
    code => {
      // Set, not called: what is still to be written to a pipe is written.
      process.exitCode = code;
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      process.stderr.write(`crossblock: ${message}\n`);
      if (error instanceof UsageError) process.stderr.write('crossblock --help tells how it is used.\n');
      process.exitCode = 2;
    },
  );
}
