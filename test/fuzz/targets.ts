import { Analyser, type TracedAnalysis } from '../../server/analysis/analyse';
import { explainBlock } from '../../server/analysis/explain/blocks';
import { explainName } from '../../server/analysis/explain/names';
import { nameAt } from '../../server/analysis/explain/places';
import { fixesFor } from '../../server/analysis/fixes';
import type { ShellParser } from '../../server/analysis/shell/syntax';
import type { Span } from '../../server/analysis/text';
import { readContent } from '../../server/inspector/formats';
import { Checker } from '../../server/workspace/checker';
import type { Random } from './random';

/** Findings of a mutated document whose fixes and explanations are asked for: a few stand for all. */
const MAX_ASKED = 20;

const PLACES = [
  '.claude/commands/x.md',
  '.claude/agents/x.md',
  '.opencode/commands/x.md',
  'docs/x.md',
  '.github/prompts/x.prompt.md',
];

/** Checks any text as server and command line do, asks everything about it, and throws where an answer cannot be right. */
export class DocumentTarget {
  readonly #checker: Checker;

  constructor(parser: ShellParser) {
    this.#checker = new Checker(parser, new Analyser(parser));
  }

  async run(text: string, random: Random): Promise<void> {
    const file = `/nowhere/${random.pick(PLACES)}`;
    const { analysis, host } = await this.#checker.check(text, file, ['/nowhere'], 'configured');
    const { findings, flow, document } = analysis;
    for (const { block } of flow.blocks) {
      inside({ start: block.toDocument(0), end: block.toDocument(block.text.length) }, text);
      if (block.masked.length !== block.text.length) throw new Error('Masking has moved a position');
    }
    for (const finding of findings) {
      inside(finding.span, text);
      if (finding.definition !== undefined) inside(finding.definition.span, text);
      if (/[\n\r]/.test(finding.message)) throw new Error('A message has more than one line');
    }
    for (const finding of findings.slice(0, MAX_ASKED))
      for (const { edits } of fixesFor(analysis, finding)) for (const { span } of edits) inside(span, text);
    for (const block of flow.blocks.slice(0, MAX_ASKED)) explainBlock(analysis, host, block);
    explainSomewhere(analysis, random.below(document.text.length + 1));
  }
}

function explainSomewhere(analysis: TracedAnalysis, offset: number): void {
  const name = nameAt(analysis, offset);
  if (name !== undefined) explainName(analysis, name);
}

function inside({ start, end }: Span, text: string): void {
  if (!(0 <= start && start <= end && end <= text.length))
    throw new Error(`A position lies outside: ${start} to ${end} of ${text.length}`);
}

/** Reads any bytes as a state file, and throws where what it says cannot be right. */
export function runStateFile(text: string, random: Random): void {
  const bytes = Buffer.from(text, random.pick(['utf8', 'latin1', 'utf16le'] as const));
  const { values, remarks } = readContent(bytes, random.below(2) === 0);
  if (remarks.some(remark => remark.includes('\n'))) throw new Error('A remark has more than one line');
  for (const { name, value } of values)
    if (typeof name !== 'string' || typeof value !== 'string') throw new Error('A value is no text');
}
