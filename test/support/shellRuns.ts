import { spawnSync } from 'node:child_process';

/** What a shell printed, and how it ended. */
export interface ShellRun {
  readonly output: string;
  readonly status: number | null;
}

/** The shells that the inserted text is written for, as far as they are installed. */
export const SHELLS = ['bash', 'zsh'].filter(shell => spawnSync(shell, ['-c', ':']).status === 0);

/** Runs words behind `-c` in a new shell without start files, with a folder for its home and nothing else but an environment. */
export function runIn(
  folder: string,
  shell: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): ShellRun {
  const { stdout, status } = spawnSync(shell, [shell === 'zsh' ? '-fc' : '-c', ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', HOME: folder, ...environment },
  });
  return { output: stdout, status };
}
