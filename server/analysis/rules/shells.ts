import { type AnalysedBlock, continuesShell, type DocumentFlow, isStep } from '../flow/documentFlow';
import { kept } from '../kept';
import type { Flow, FlowStep, ShellScript } from '../shell/script';

/**
 * The steps of a document by the shells that they run in: most are alone, a same-shell directive joins them. None where the host
 * keeps one shell for all: there, a shell loses nothing.
 */
export function stepsByShell(flow: DocumentFlow): readonly (readonly AnalysedBlock[])[] {
  return flow.profile.keepsShell ? [] : stepsInOrder(flow);
}

/** The same, also where the host keeps one shell: what a block leaves behind is there for the next one. */
export const stepsInOrder = kept((flow: DocumentFlow): readonly (readonly AnalysedBlock[])[] => {
  const shells: AnalysedBlock[][] = [];
  for (const block of flow.blocks) {
    if (!isStep(block)) continue;
    const last = shells[shells.length - 1];
    if (last !== undefined && continuesShell(flow.document, block.block)) last.push(block);
    else shells.push([block]);
  }
  return shells;
});

/** Items of one key that are remembered, the last ones: beyond, one more tells nobody anything. */
const MAX_ITEMS = 16;

/** What earlier shells did, by a key. */
export class Earlier<T extends { readonly block: AnalysedBlock }> {
  readonly #flow: DocumentFlow;
  readonly #items = new Map<string, T[]>();

  constructor(flow: DocumentFlow) {
    this.#flow = flow;
  }

  add(key: string, item: T): void {
    const known = this.#items.get(key);
    if (known === undefined) this.#items.set(key, [item]);
    else {
      known.push(item);
      if (known.length > MAX_ITEMS) known.shift();
    }
  }

  /** The last one that stands on the same way through the document as a block. */
  nearest(key: string, { block }: AnalysedBlock): T | undefined {
    return this.#items.get(key)?.findLast(item => !this.#flow.areAlternatives(item.block.block, block));
  }

  delete(key: string): void {
    this.#items.delete(key);
  }
}

/** A step of a block with what stands around it. */
export interface PlacedStep {
  readonly step: FlowStep;
  /** In `( … )`, `$( … )`, a pipeline or a job: what it sets in the shell is gone behind that. */
  readonly inSubshell: boolean;
  /** In a branch or a loop, which the shell may leave out. */
  readonly inBranch: boolean;
  /** In a loop, the text of a trap or a function: the text's order is not the order of execution. */
  readonly inAnyOrder: boolean;
  readonly inFunction: boolean;
}

/** All steps of a block in the text's order, with the bodies of its functions and traps. */
export function placedSteps({ script }: AnalysedBlock): readonly PlacedStep[] {
  return placedStepsOf(script);
}

/** The same for a text that no block is known of. */
export const placedStepsOf = kept(({ flow }: ShellScript): readonly PlacedStep[] => {
  const steps: PlacedStep[] = [];
  collect(flow, TOP, steps);
  return steps;
});

type Surroundings = Omit<PlacedStep, 'step'>;

const TOP: Surroundings = { inSubshell: false, inBranch: false, inAnyOrder: false, inFunction: false };

function collect(flow: Flow, around: Surroundings, steps: PlacedStep[]): void {
  for (const step of flow) {
    steps.push({ step, ...around });
    if (step.kind === 'subshell') collect(step.body, { ...around, inSubshell: true }, steps);
    else if (step.kind === 'loop') collect(step.body, { ...around, inBranch: true, inAnyOrder: true }, steps);
    else if (step.kind === 'deferred') collect(step.body, { ...around, inAnyOrder: true }, steps);
    else if (step.kind === 'function')
      collect(step.body, { ...around, inAnyOrder: true, inFunction: true }, steps);
    else if (step.kind === 'choice')
      for (const branch of step.branches) collect(branch, { ...around, inBranch: true }, steps);
  }
}
