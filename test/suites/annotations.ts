import type { Finding } from '../../server/analysis/finding';
import { LineIndex } from '../../server/analysis/text';

/**
 * What a document's annotations expect. An annotation is a line of its own below the line of a finding, with carets below the
 * finding's columns, its severity and rule, and optionally a part of its message:
 *
 *     echo "$DIR"
 *     #     ^^^^ warning lost-variable: set in block 1 (line 3)
 *
 * Where the finding is at column 0, the carets take the place of the `#`. In a list or quote the line keeps its prefix
 * (`> #   ^^^^ …`), so that the suite shows the document as it is; whole lines are taken out before the analysis.
 */
export interface AnnotatedDocument {
  /** The document without annotations. */
  readonly text: string;
  readonly expected: readonly Expected[];
}

export interface Expected {
  /** The document's line, from 0, that the finding is on. */
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly severity: string;
  readonly rule: string;
  readonly message: string | undefined;
  /** The annotation as it is written. */
  readonly source: string;
}

const ANNOTATION = /^([\s>]*#?\s*)(\^+) (error|warning|information|hint) ([\w-]+)(?:: (.*))?$/;

export function readAnnotations(annotated: string): AnnotatedDocument {
  const lines: string[] = [];
  const expected: Expected[] = [];
  for (const source of annotated.split('\n')) {
    const match = ANNOTATION.exec(source);
    if (match === null) {
      lines.push(source);
      continue;
    }
    const [, lead = '', carets = '', severity = '', rule = '', message] = match;
    const place = { line: lines.length - 1, column: lead.length, length: carets.length };
    expected.push({ ...place, severity, rule, message, source });
  }
  return { text: lines.join('\n'), expected };
}

/**
 * The document with what was really found, in the words of the annotations that are met: where all of them are, and nothing
 * else was found, this is the annotated document again, and where not, the difference between the two is the failure.
 */
export function annotate({ text, expected }: AnnotatedDocument, findings: readonly Finding[]): string {
  const index = LineIndex.of(text);
  const open = [...findings];
  const annotations = new Map<number, string[]>();
  const add = (line: number, source: string) =>
    annotations.set(line, [...(annotations.get(line) ?? []), source]);
  for (const annotation of expected) {
    const found = open.findIndex(finding => meets(finding, annotation, index));
    if (found < 0) continue;
    open.splice(found, 1);
    add(annotation.line, annotation.source);
  }
  for (const finding of open) add(index.lineAt(finding.span.start), describe(finding, index));
  return text
    .split('\n')
    .flatMap((line, number) => [line, ...(annotations.get(number) ?? [])])
    .join('\n');
}

function meets({ span, severity, rule, message }: Finding, expected: Expected, index: LineIndex): boolean {
  const { line, column } = index.positionAt(span.start);
  return (
    line === expected.line &&
    column === expected.column &&
    span.end - span.start === expected.length &&
    severity === expected.severity &&
    rule === expected.rule &&
    message.includes(expected.message ?? '')
  );
}

function describe({ span, severity, rule, message }: Finding, index: LineIndex): string {
  const { column } = index.positionAt(span.start);
  const lead = column === 0 ? '' : `#${' '.repeat(column - 1)}`;
  return `${lead}${'^'.repeat(Math.max(1, span.end - span.start))} ${severity} ${rule}: ${message}`;
}
