import { documentSpan } from '../document/commandDocument';
import type { Finding, RuleName } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import type { Origin } from '../flow/origins';
import type { Span } from '../text';

/** One thing that Crossblock finds. */
export interface Rule {
  readonly name: RuleName;
  /** One line: what it finds. */
  readonly summary: string;
  readonly page: RulePage;
  check(flow: DocumentFlow): Iterable<Finding>;
}

/** What `docs/rules` says of a rule: the pages are generated from here, and their examples are tests. */
export interface RulePage {
  readonly severity: string;
  readonly why: string;
  /** A document with a finding. */
  readonly example: string;
  /** The same document without one. */
  readonly useInstead: string;
  readonly fix: string;
  /** Why there is no quick fix, as a whole sentence, where none is ever offered. */
  readonly noQuickFix?: string;
  readonly references: readonly string[];
}

/** `block 1 (line 42)`: how messages name a place. */
export function place(flow: DocumentFlow, origin: Origin): string {
  return placeAt(flow, origin.block, originSpan(origin).start);
}

/** The same for a range of a block's text. */
export function placeIn(flow: DocumentFlow, block: AnalysedBlock, span: Span): string {
  return placeAt(flow, block, block.block.toDocument(span.start));
}

function placeAt(flow: DocumentFlow, { block }: AnalysedBlock, offset: number): string {
  return `block ${block.number} (line ${flow.document.lineIndex.lineAt(offset) + 1})`;
}

/** The range in the document at which a name was given its value. */
export function originSpan(origin: Origin): { readonly start: number; readonly end: number } {
  const span =
    origin.kind === 'definition'
      ? origin.define.span
      : origin.kind === 'function'
        ? origin.definition.span
        : origin.load.span;
  return documentSpan(origin.block.block, span);
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The blocks that are run. */
export function runBlocks(flow: DocumentFlow): readonly AnalysedBlock[] {
  return flow.blocks.filter(({ role }) => role.kind === 'step');
}

/** The blocks whose losses are worth a word. */
export function* readingBlocks(flow: DocumentFlow): Generator<AnalysedBlock> {
  if (!flow.profile.keepsShell) yield* runBlocks(flow);
}

/** A document whose steps are some shell texts, for the pages. */
export function steps(...blocks: readonly string[]): string {
  return blocks.map((text, index) => `## Step ${index + 1}\n\n\`\`\`bash\n${text}\n\`\`\`\n`).join('\n');
}
