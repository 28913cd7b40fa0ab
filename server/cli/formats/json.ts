import type { Finding } from '../../analysis/finding';
import { fixesFor } from '../../analysis/fixes';
import type { CheckedFile, CheckResult } from '../../workspace/checkPaths';
import { displayPath } from '../displayPath';

/** One object on one line; lines and columns count from 1, columns in UTF-16 units. */
export function formatJson({ files, errors }: CheckResult, workingDirectory: string): string {
  const findings = files.flatMap(file =>
    file.findings.map(finding => toJson(file, finding, workingDirectory)),
  );
  const output = {
    version: 1,
    files: files.length,
    findings,
    errors: errors.map(({ file, message }) => ({ file: displayPath(file, workingDirectory), message })),
  };
  return `${JSON.stringify(output)}\n`;
}

function toJson(file: CheckedFile, finding: Finding, workingDirectory: string) {
  const lines = file.analysis.document.lineIndex;
  const at = (offset: number) => {
    const { line, column } = lines.positionAt(offset);
    return { line: line + 1, column: column + 1 };
  };
  const { definition } = finding;
  return {
    file: displayPath(file.path, workingDirectory),
    rule: finding.rule,
    severity: finding.severity,
    name: finding.name ?? null,
    message: finding.message,
    block: finding.block,
    range: { start: at(finding.span.start), end: at(finding.span.end) },
    definition:
      definition === undefined ? null : { block: definition.block, line: at(definition.span.start).line },
    fixes: fixesFor(file.analysis, finding).map(({ title, safety }) => ({ title, safety })),
  };
}
