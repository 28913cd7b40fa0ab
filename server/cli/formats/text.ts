import { pathToFileURL } from 'node:url';
import type { Severity } from '../../analysis/finding';
import { escapeForDisplay } from '../../inspector/display';
import { ruleUrl } from '../../languageServer/rulePages';
import { amount } from '../amount';
import type { FileReport, Report, ReportedFinding } from '../report';
import type { Style } from '../terminal';
import type { FormatOptions } from '.';

/** What would move the cursor, colour or reorder a terminal's line; a tab only widens it. */
const UNSAFE = /(?!\t)[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Longer source lines are cut around the finding; UTF-16 units. */
const MAX_LINE = 160;

/** For people: each finding with its place, its source line and carets below, then a summary. */
export function formatText(report: Report, { style, known }: FormatOptions): string {
  const findings = report.files.flatMap(file =>
    file.findings.map(finding => formatFinding(file, finding, style)),
  );
  const notes = report.files.flatMap(({ note }) => (note === undefined ? [] : [note]));
  return [...findings, ...notes, summary(report, known)].join('\n');
}

function formatFinding({ path, file }: FileReport, finding: ReportedFinding, style: Style): string {
  const { start, severity, message, rule } = finding;
  const place = `${escapeForDisplay(file)}:${start.line}:${start.column}`;
  const number = String(start.line);
  const source = excerpt(finding.source, start.column - 1, finding.length);
  const linked = style.link(style.strong(place), pathToFileURL(path).href);
  return [
    `${linked}: ${style.severity(severity)}: ${escapeForDisplay(message)} [${style.link(rule, ruleUrl(rule))}]`,
    `  ${style.dim(`${number} |`)} ${source.text}`,
    `  ${style.dim(`${' '.repeat(number.length)} |`)} ${source.carets}`,
    '',
  ].join('\n');
}

/** The source line with control characters made visible, and carets under the finding. */
function excerpt(
  line: string,
  column: number,
  length: number,
): { readonly text: string; readonly carets: string } {
  const start = line.length <= MAX_LINE ? 0 : Math.max(0, column - MAX_LINE / 2);
  const text = line.slice(start, start + MAX_LINE).replace(UNSAFE, '\ufffd');
  const before = text.slice(0, column - start).replace(/[^\t]/g, ' ');
  return { text, carets: before + '^'.repeat(Math.max(1, Math.min(length, text.length - (column - start)))) };
}

function summary({ files, problems }: Report, known: number): string {
  const findings = files.flatMap(file => file.findings);
  const count = (severity: Severity) => findings.filter(finding => finding.severity === severity).length;
  const checked = `${amount(files.length, 'file')} checked`;
  if (files.length === 0)
    return problems.length === 0
      ? 'No command markdown found: nothing was checked. A file that is named is always checked; .crossblock.json can list more.\n'
      : `Nothing was checked: ${amount(problems.length, 'problem')}\n`;
  const failed =
    (known === 0 ? '' : `, ${known} known from the baseline`) +
    (problems.length === 0 ? '' : `, ${amount(problems.length, 'problem')}`);
  if (findings.length === 0)
    return `${checked}, nothing ${known === 0 ? 'is lost' : 'new is lost'}${failed}\n`;
  const parts = (['error', 'warning', 'information', 'hint'] as const)
    .filter(severity => count(severity) > 0)
    .map(severity =>
      severity === 'information' ? `${count(severity)} information` : amount(count(severity), severity),
    );
  return `${checked}: ${parts.join(', ')}${failed}\n`;
}
