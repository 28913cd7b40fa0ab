import path from 'node:path';
import { watch } from 'chokidar';
import { isInteractive } from './terminal';

/** Milliseconds of quiet after a change, for editors write in several steps. */
const QUIET = 150;

/**
 * Runs something now and after each change of a Markdown file, library or configuration below some paths, one run at a time.
 * It goes on until the process is interrupted.
 */
export async function watchPaths(
  paths: readonly string[],
  workingDirectory: string,
  run: () => Promise<number>,
): Promise<void> {
  const places = paths.map(given => path.resolve(workingDirectory, given));
  const watcher = watch(places, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: file => /(?:^|[\\/])(?:\.git|node_modules)$/.test(file),
  });
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const again = () => {
    running = running.then(() => runOnce(run));
  };
  watcher.on('all', (_, file) => {
    if (!MATTERS.test(file)) return;
    clearTimeout(timer);
    timer = setTimeout(again, QUIET);
  });
  await new Promise<void>(resolve => watcher.once('ready', resolve));
  again();
  await new Promise<void>(resolve => process.once('SIGINT', resolve));
  clearTimeout(timer);
  await watcher.close();
  await running;
}

/** What a result may rest on. */
const MATTERS = /\.(?:md|mdc|markdown|sh|bash|zsh)$|(?:^|[\\/])\.(?:crossblock\.json|gitignore)$/i;

async function runOnce(run: () => Promise<number>): Promise<void> {
  if (isInteractive(process.stdout, process.env)) process.stdout.write('\x1b[2J\x1b[3J\x1b[H');
  try {
    await run();
  } catch (error) {
    // A baseline that is being written, a folder that is gone: the next change may mend it.
    process.stderr.write(`crossblock: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  process.stderr.write('Waiting for changes; Ctrl+C ends\n');
}
