import type { Finding } from '../../analysis/finding';
import { escapeForDisplay } from '../../inspector/display';
import type { CheckedFile, CheckResult } from '../../workspace/checkPaths';
import { shownPath } from '../displayPath';

/** What would move the cursor, colour or reorder a terminal's line; a tab only widens it. */
const UNSAFE = /(?!\t)[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Longer source lines are cut around the finding; UTF-16 units. */
const MAX_LINE = 160;

/** For people: each finding with its place, its source line and carets below, then a summary. */
export function formatText(result: CheckResult, workingDirectory: string): string {
  const reports = result.files.flatMap(file =>
    file.findings.map(finding => formatFinding(file, finding, workingDirectory)),
  );
  const notes = result.files.flatMap(file => withoutSteps(file, workingDirectory));
  return [...reports, ...notes, summary(result)].join('\n');
}

function formatFinding(file: CheckedFile, finding: Finding, workingDirectory: string): string {
  const { document } = file.analysis;
  const { line, column } = document.lineIndex.positionAt(finding.span.start);
  const place = `${shownPath(file.path, workingDirectory)}:${line + 1}:${column + 1}`;
  const number = String(line + 1);
  const source = excerpt(document.lines[line] ?? '', column, finding.span.end - finding.span.start);
  return [
    `${place}: ${finding.severity}: ${escapeForDisplay(finding.message)} [${finding.rule}]`,
    `  ${number} | ${source.text}`,
    `  ${' '.repeat(number.length)} | ${source.carets}`,
    '',
  ].join('\n');
}

/** A file that was asked for by name and has nothing to check says why. */
function withoutSteps({ path, isNamed, analysis }: CheckedFile, workingDirectory: string): readonly string[] {
  const { blocks } = analysis.flow;
  const [first] = blocks;
  if (!isNamed || first === undefined || blocks.some(({ role }) => role.kind === 'step')) return [];
  const what = blocks.length === 1 ? 'its block was' : `none of its ${blocks.length} blocks was`;
  const taken = blocks.length === 1 ? `taken for ${first.role.kind}` : 'taken for a step';
  return [
    `${shownPath(path, workingDirectory)}: ${what} ${taken}, the first because ${first.role.reason}; <!-- crossblock: step --> above a block that is run overrules that`,
  ];
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

function summary({ files, errors }: CheckResult): string {
  const findings = files.flatMap(file => file.findings);
  const count = (severity: Finding['severity']) =>
    findings.filter(finding => finding.severity === severity).length;
  const checked = `${amount(files.length, 'file')} checked`;
  if (files.length === 0)
    return errors.length === 0
      ? 'No command markdown found: nothing was checked. A file that is named is always checked; .crossblock.json can list more.\n'
      : `Nothing was checked: ${amount(errors.length, 'problem')}\n`;
  const failed = errors.length === 0 ? '' : `, ${amount(errors.length, 'problem')}`;
  if (findings.length === 0) return `${checked}, nothing is lost${failed}\n`;
  const parts = (['error', 'warning', 'information', 'hint'] as const)
    .filter(severity => count(severity) > 0)
    .map(severity =>
      severity === 'information' ? `${count(severity)} information` : amount(count(severity), severity),
    );
  return `${checked}: ${parts.join(', ')}${failed}\n`;
}

function amount(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
