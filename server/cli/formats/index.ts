import type { Report } from '../report';
import type { Style } from '../terminal';
import { formatGithub } from './github';
import { formatJson } from './json';
import { formatJunit } from './junit';
import { formatLine } from './line';
import { formatSarif } from './sarif';
import { formatText } from './text';

/** What a format may want to know beside the report. */
export interface FormatOptions {
  /** Absolute. */
  readonly workingDirectory: string;
  readonly style: Style;
  /** Findings that a baseline knows and the report does not hold. */
  readonly known: number;
}

/** How a report is printed. */
export type Format = (report: Report, options: FormatOptions) => string;

export const FORMATS: Readonly<Record<string, Format>> = {
  text: formatText,
  line: formatLine,
  json: formatJson,
  sarif: formatSarif,
  github: formatGithub,
  junit: formatJunit,
};
