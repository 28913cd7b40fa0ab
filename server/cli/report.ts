import type { Finding, RuleName, Severity } from '../analysis/finding';
import { fixesFor } from '../analysis/fixes';
import type { CheckedFile, CheckResult } from '../workspace/checkPaths';
import { displayPath, shownPath } from './displayPath';
import { fingerprintOf } from './fingerprint';

/** What was checked, as plain data: what formats print, and what worker threads send. */
export interface Report {
  readonly files: readonly FileReport[];
  readonly problems: readonly Problem[];
}

/** Something that could not be checked. */
export interface Problem {
  /** As `FileReport.file`. */
  readonly file: string;
  readonly message: string;
}

export interface FileReport {
  /** Absolute. */
  readonly path: string;
  /** Relative to the working directory where it lies below it, with `/` between the parts. */
  readonly file: string;
  readonly blocks: number;
  readonly findings: readonly ReportedFinding[];
  /** Why a file that was named has nothing to check; one line without a line end. */
  readonly note: string | undefined;
}

export interface ReportedFinding {
  readonly rule: RuleName;
  readonly severity: Severity;
  readonly name: string | undefined;
  readonly message: string;
  readonly block: number;
  readonly start: Place;
  readonly end: Place;
  /** UTF-16 units of the document. */
  readonly length: number;
  /** The source line in which it begins. */
  readonly source: string;
  readonly definition:
    | { readonly block: number; readonly line: number; readonly message: string }
    | undefined;
  readonly fixes: readonly { readonly title: string; readonly safety: string }[];
  /** The same when lines move; two findings of a file may share one. */
  readonly fingerprint: string;
}

/** From 1; columns in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The plain data of a result. */
export function reportOf({ files, errors }: CheckResult, workingDirectory: string): Report {
  return {
    files: files.map(file => fileReport(file, workingDirectory)),
    problems: errors.map(({ file, message }) => ({ file: displayPath(file, workingDirectory), message })),
  };
}

function fileReport(file: CheckedFile, workingDirectory: string): FileReport {
  return {
    path: file.path,
    file: displayPath(file.path, workingDirectory),
    blocks: file.analysis.document.blocks.length,
    findings: file.findings.map(finding => reportedFinding(file, finding)),
    note: withoutSteps(file, workingDirectory),
  };
}

function reportedFinding({ analysis, fixSettings }: CheckedFile, finding: Finding): ReportedFinding {
  const { lineIndex, lines } = analysis.document;
  const at = (offset: number): Place => {
    const { line, column } = lineIndex.positionAt(offset);
    return { line: line + 1, column: column + 1 };
  };
  const { rule, severity, name, message, block, span, definition } = finding;
  const start = at(span.start);
  const source = lines[start.line - 1] ?? '';
  let fixes: ReportedFinding['fixes'] | undefined;
  return {
    rule,
    severity,
    name,
    message,
    block,
    start,
    end: at(span.end),
    length: span.end - span.start,
    source,
    definition: definition && {
      block: definition.block,
      line: at(definition.span.start).line,
      message: definition.message,
    },
    // Found out for whoever looks: most formats do not.
    get fixes() {
      fixes ??= fixesFor(analysis, finding, fixSettings).map(({ title, safety }) => ({ title, safety }));
      return fixes;
    },
    fingerprint: fingerprintOf(rule, name, source),
  };
}

/** A file that was asked for by name and has nothing to check says why. */
function withoutSteps(
  { path, isNamed, analysis }: CheckedFile,
  workingDirectory: string,
): string | undefined {
  const { blocks } = analysis.flow;
  const [first] = blocks;
  if (!isNamed || first === undefined || blocks.some(({ role }) => role.kind === 'step')) return undefined;
  const what = blocks.length === 1 ? 'its block was' : `none of its ${blocks.length} blocks was`;
  const taken = blocks.length === 1 ? `taken for ${first.role.kind}` : 'taken for a step';
  return `${shownPath(path, workingDirectory)}: ${what} ${taken}, the first because ${first.role.reason}; <!-- crossblock: step --> above a block that is run overrules that`;
}
