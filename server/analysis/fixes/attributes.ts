import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { kept } from '../kept';
import {
  allSteps,
  type Define,
  type Flow,
  type ShellScript,
  type Statement,
  shellSteps,
} from '../shell/script';

/** What declarations make of names for as long as their shell lives: constants, numbers, letters of one case, references. */

/** Whether a block gives a name a value that stays. */
export function isConstantIn({ script }: AnalysedBlock, name: string): boolean {
  return constantsIn(script).has(name);
}

/** Where a script first makes each of its constants one: offsets. What a function does, it may do from its definition on. */
const constantsIn = kept(({ flow }: ShellScript): ReadonlyMap<string, number> => {
  const offsets = new Map<string, number>();
  const visit = (steps: Flow): void => {
    for (const step of shellSteps(steps)) {
      if (step.kind === 'function') visit(step.body);
      const isConstant = (step.kind === 'define' && !step.local) || step.kind === 'export';
      if (isConstant && step.constant === true && !offsets.has(step.name))
        offsets.set(step.name, step.span.start);
    }
  };
  visit(flow);
  return offsets;
});

/**
 * Whether the shell refuses a statement, since the name has a value already that stays: zsh ends there, and bash where no command
 * declares the name.
 */
export function setsConstantAgain({ script }: AnalysedBlock, { flow, span }: Statement): boolean {
  const constants = constantsIn(script);
  if (constants.size === 0) return false;
  return [...allSteps(flow)].some(
    step => step.kind === 'define' && !step.local && (constants.get(step.name) ?? Infinity) < span.start,
  );
}

/** The steps that declare a name as something, in their order. */
const declaringSteps = kept((flow: DocumentFlow): ReadonlyMap<string, readonly AnalysedBlock[]> => {
  const steps = new Map<string, AnalysedBlock[]>();
  for (const block of flow.blocks.filter(isStep)) {
    const attributed = block.flow.definitions.filter(({ attribute }) => attribute).map(({ name }) => name);
    for (const name of new Set([...attributed, ...constantsIn(block.script).keys()]))
      steps.set(name, [...(steps.get(name) ?? []), block]);
  }
  return steps;
});

/**
 * What an earlier step declares a name as, and what thereby becomes of the values that a block gives it, where one shell runs both:
 * `declare -i N` in the first one makes `N=1+1` a 2, `readonly N` an error. Part of a sentence.
 */
export function attributeAbove(flow: DocumentFlow, giver: AnalysedBlock, name: string): string | undefined {
  const { number } = giver.block;
  const steps = declaringSteps(flow).get(name) ?? [];
  if (steps.includes(giver)) return undefined;
  const above = steps.findLast(
    other => other.block.number < number && !flow.areAlternatives(other.block, giver.block),
  );
  return above && `block ${above.block.number} declares ${name}, which counts no more in block ${number}`;
}

/** Whether a definition makes its name another one's: `declare -n NAME=OTHER`. */
export function isReference({ block: { text } }: AnalysedBlock, define: Define): boolean {
  const { attribute, statement } = define;
  return attribute === true && /^\s*\w+(?:\s+-\w+)*\s+-\w*n/.test(text.slice(statement.start, statement.end));
}
