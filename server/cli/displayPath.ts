import path from 'node:path';
import { escapeForDisplay } from '../inspector/display';

/** Relative to the working directory where the file lies below it, else absolute. */
export function displayPath(file: string, workingDirectory: string): string {
  const relative = path.relative(workingDirectory, file);
  if (relative === '') return '.';
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative.split(path.sep).join('/');
}

/** The same for a terminal: a file's name may hold whatever moves the cursor or breaks the line. */
export function shownPath(file: string, workingDirectory: string): string {
  return escapeForDisplay(displayPath(file, workingDirectory));
}
