import type { FileReport, Report, ReportedFinding } from '../report';

/** One object on one line; lines and columns count from 1, columns in UTF-16 units. */
export function formatJson({ files, problems }: Report): string {
  const output = {
    version: 1,
    files: files.length,
    findings: files.flatMap(file => file.findings.map(finding => toJson(file, finding))),
    errors: problems,
  };
  return `${JSON.stringify(output)}\n`;
}

function toJson({ file }: FileReport, finding: ReportedFinding) {
  const { rule, severity, name, message, block, start, end, definition, fixes, fingerprint } = finding;
  return {
    file,
    rule,
    severity,
    name: name ?? null,
    message,
    block,
    range: { start, end },
    definition: definition === undefined ? null : { block: definition.block, line: definition.line },
    fixes,
    fingerprint,
  };
}
