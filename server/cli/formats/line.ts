import { escapeForDisplay } from '../../inspector/display';
import type { Report } from '../report';

/** A finding a line, and nothing else, for problem matchers and editors: `file:line:column severity rule message`. */
export function formatLine({ files }: Report): string {
  const lines = files.flatMap(({ file, findings }) =>
    findings.map(
      ({ start, severity, rule, message }) =>
        `${escapeForDisplay(file)}:${start.line}:${start.column} ${severity} ${rule} ${escapeForDisplay(message)}\n`,
    ),
  );
  return lines.join('');
}
