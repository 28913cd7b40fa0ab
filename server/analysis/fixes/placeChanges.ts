import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { kept } from '../kept';
import { changesDirectory } from '../shell/calls';
import type { Flow, FlowStep } from '../shell/script';

/** What the steps up to a block do to the directory, or to what git says of it. */
export function changesOfPlace(flow: DocumentFlow, { block }: AnalysedBlock): readonly string[] {
  return firstChanges(flow).flatMap(({ reason, number }) => (number <= block.number ? [reason] : []));
}

/** What changes the directory or what git says of it, each with the number of the first step that does so. */
const firstChanges = kept((flow: DocumentFlow) =>
  CHANGES_OF_PLACE.flatMap(({ reason, isOne }) => {
    const first = flow.blocks.find(block => isStep(block) && someStep(block.script.flow, isOne));
    return first === undefined ? [] : [{ reason, number: first.block.number }];
  }),
);

/** The numbers of the steps that change the directory. */
export const directorySteps = kept((flow: DocumentFlow): readonly number[] =>
  flow.blocks.flatMap(block =>
    isStep(block) && someStep(block.script.flow, changesDirectory) ? [block.block.number] : [],
  ),
);

const CHANGES_OF_PLACE: readonly ChangeOfPlace[] = [
  {
    reason: 'a step changes the directory',
    isOne: changesDirectory,
  },
  {
    reason: 'a step makes a repository',
    isOne: step =>
      step.kind === 'call' &&
      ((step.name === 'git' && step.arguments.some(({ text }) => text === 'init')) ||
        (step.name === 'git' && step.arguments[0]?.text === 'clone' && step.arguments.at(-1)?.text === '.')),
  },
  {
    reason: 'a step takes the repository away',
    isOne: step =>
      step.kind === 'call' &&
      /^(?:rm|mv)$/.test(step.name ?? '') &&
      step.arguments.some(({ text }) => /(?:^|[/"'])\.git["']?$/.test(text)),
  },
  {
    reason: 'a step tells git another repository',
    isOne: step => step.kind === 'define' && /^GIT_(?:DIR|WORK_TREE|CEILING_DIRECTORIES)$/.test(step.name),
  },
];

interface ChangeOfPlace {
  readonly reason: string;
  readonly isOne: (step: FlowStep) => boolean;
}

/** Whether one of some steps in the shell itself, or in a function, is such a one. */
export function someStep(steps: Flow, test: (step: FlowStep) => boolean): boolean {
  return steps.some(step => {
    if (step.kind === 'choice') return step.branches.some(branch => someStep(branch, test));
    if (step.kind === 'loop' || step.kind === 'function') return someStep(step.body, test);
    return test(step);
  });
}

/** Whether a step has git put other files into the work tree. */
export function changesFilesByGit(step: FlowStep): boolean {
  return (
    step.kind === 'call' &&
    step.name === 'git' &&
    step.arguments.some(({ text }) =>
      /^(?:checkout|switch|reset|restore|pull|merge|rebase|stash)$/.test(text),
    )
  );
}
