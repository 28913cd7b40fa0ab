import type { Span } from '../text';

/**
 * How far a fix can be trusted. `safe`: with one shell per block, the steps do what one shell for all would have done, whatever
 * the agent does in between; it may run on save. `unsafe`: only where somebody chooses it, or all of its class. `suggestion`:
 * only where somebody chooses it alone, because it rests on something that only the author knows.
 */
export type Safety = 'safe' | 'unsafe' | 'suggestion';

/** What a fix does, for whoever chooses among them. */
export type FixKind =
  | 'recalculate'
  | 'handOver'
  | 'save'
  | 'quote'
  | 'stablePath'
  | 'trap'
  | 'guard'
  | 'repeat'
  | 'merge'
  | 'source'
  | 'define'
  | 'escape'
  | 'require'
  | 'mark'
  | 'disable';

/** A change that mends a finding. */
export interface Fix {
  readonly title: string;
  readonly kind: FixKind;
  readonly safety: Safety;
  /** In the order of their places, without overlaps. */
  readonly edits: readonly TextEdit[];
  /** True where the document's own `allowed-tools` does not let all of it run without a question. */
  readonly asks?: boolean;
  /** True for what would be safe by itself, and is not only since something else that belongs to it is not. */
  readonly isSure?: boolean;
}

/** Replaces a range of the document; offsets in UTF-16 units. */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** The text after some edits that do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let offset = 0;
  for (const edit of [...edits].sort((a, b) => a.span.start - b.span.start)) {
    result += text.slice(offset, edit.span.start) + edit.text;
    offset = edit.span.end;
  }
  return result + text.slice(offset);
}
