import fc from 'fast-check';
import type { ShellParser } from '../../server/analysis/shell/syntax';
import { inParallel } from './inParallel';
import type { Fixes, JudgedDocument } from './repairDocuments';
import {
  constructsOf,
  type RepairableDocument,
  repairableDocuments,
  smaller,
  textOf,
} from './repairGenerator';
import { type Verdict, verdictsOf } from './repairJudge';
import type { Workshop } from './repairRuns';

/** A document that contradicts what the fixes promise, with one kind of contradiction. */
export interface Counterexample {
  /** The set of fixes and the class of the fault, such as `safe: read`. */
  readonly kind: string;
  readonly faults: readonly string[];
  readonly document: RepairableDocument;
  /** The document after the repair. */
  readonly repaired: string;
  /** Its index among the generated documents. */
  readonly index: number;
}

export interface Campaign {
  readonly documents: number;
  readonly counterexamples: readonly Counterexample[];
  /** How often each construct occurs, and each kind of fix was applied. */
  readonly constructs: ReadonlyMap<string, number>;
  readonly applied: ReadonlyMap<string, number>;
  /** Reads that were compared with what one shell prints, by shell. */
  readonly compared: Readonly<Record<RepairableDocument['shell'], number>>;
}

export interface Plan {
  readonly count: number;
  readonly seed: number;
  readonly ways: readonly Fixes[];
}

/** Repairs and runs generated documents, all of them, whatever they show. */
export async function runCampaign(
  parser: ShellParser,
  workshop: Workshop,
  { count, seed, ways }: Plan,
): Promise<Campaign> {
  const documents = fc.sample(repairableDocuments, { numRuns: count, seed });
  const constructs = new Map<string, number>();
  const applied = new Map<string, number>();
  const counterexamples: Counterexample[] = [];
  const compared = { bash: 0, zsh: 0 };
  await inParallel([...documents.entries()], async ([index, document]) => {
    for (const construct of constructsOf(document)) increase(constructs, construct);
    for (const verdict of await verdictsOf(parser, workshop, asJudged(document), ways)) {
      for (const title of verdict.titles)
        increase(applied, `${verdict.fixes}: ${/^[^:]*/.exec(title)![0].replace(/\d+/g, 'N')}`);
      compared[document.shell] += verdict.compared;
      counterexamples.push(...counterexamplesOf(verdict, document, index));
    }
  });
  return {
    documents: documents.length,
    counterexamples: counterexamples.sort((a, b) => a.index - b.index),
    constructs,
    applied,
    compared,
  };
}

function asJudged(document: RepairableDocument): JudgedDocument {
  return { text: textOf(document), shell: document.shell };
}

function counterexamplesOf(
  { fixes, faults, text }: Verdict,
  document: RepairableDocument,
  index: number,
): readonly Counterexample[] {
  const where = document.steps.some(({ ways }) => ways.length > 1) ? ' with alternatives' : '';
  const kindOf = (fault: string) => `${fixes}: ${fault.slice(0, fault.indexOf(':'))}${where}`;
  return [...new Set(faults.map(kindOf))].map(kind => ({
    kind,
    faults: faults.filter(fault => kindOf(fault) === kind),
    document,
    repaired: text,
    index,
  }));
}

/** A document from which nothing more can be taken away without losing the fault. */
export async function shrink(
  parser: ShellParser,
  workshop: Workshop,
  example: Counterexample,
): Promise<Counterexample> {
  const [fixes] = example.kind.split(':') as [Fixes];
  for (const document of smaller(example.document)) {
    const verdicts = await verdictsOf(parser, workshop, asJudged(document), [fixes]);
    const found = verdicts
      .flatMap(verdict => counterexamplesOf(verdict, document, example.index))
      .find(({ kind }) => kind === example.kind);
    if (found !== undefined) return shrink(parser, workshop, found);
  }
  return example;
}

/** One counterexample as it is printed. */
export function described({ kind, faults, document, repaired, index }: Counterexample): string {
  return [
    `=== ${kind} (document ${index}, ${document.shell})`,
    ...faults.map(fault => `  ${fault}`),
    textOf(document),
    '--- repaired',
    repaired,
  ].join('\n');
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
