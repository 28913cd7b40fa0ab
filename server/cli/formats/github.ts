import type { Severity } from '../../analysis/finding';
import type { FileReport, Report, ReportedFinding } from '../report';

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'notice',
  hint: 'notice',
};

/** Workflow commands: GitHub shows each finding as an annotation of its line. */
export function formatGithub({ files, problems }: Report): string {
  const lines = [
    ...files.flatMap(file => file.findings.map(finding => annotation(file, finding))),
    ...problems.map(
      ({ file, message }) => `::error file=${property(file)},title=crossblock::${data(message)}\n`,
    ),
  ];
  return lines.join('');
}

function annotation({ file }: FileReport, finding: ReportedFinding): string {
  const { start, end, rule, severity, message } = finding;
  // Columns count only within one line.
  const columns = start.line === end.line ? `,col=${start.column},endColumn=${end.column}` : '';
  const place = `file=${property(file)},line=${start.line},endLine=${end.line}${columns}`;
  return `::${LEVELS[severity]} ${place},title=${property(`crossblock: ${rule}`)}::${data(message)}\n`;
}

/** A message in which nothing begins another command. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
