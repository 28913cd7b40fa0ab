import type { AnalysedBlock } from '../flow/documentFlow';
import { kept } from '../kept';
import { allSteps } from '../shell/script';

/**
 * Whether a block sets a name in the last part of a pipeline, `… | while read X`: bash runs that in a subshell, zsh in the shell itself.
 * The value that the block ends with is the one of before in bash, and hardly the one that the author meant.
 */
export function isSetInPipeline(block: AnalysedBlock, name: string): boolean {
  return namesInPipelines(block).has(name);
}

const namesInPipelines = kept(({ script }: AnalysedBlock): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const step of allSteps(script.flow)) {
    if (step.kind !== 'subshell' || step.place !== 'pipelineEnd') continue;
    for (const inner of allSteps(step.body)) if (inner.kind === 'define') names.add(inner.name);
  }
  return names;
});

/** The doubt about such a value: part of a sentence. */
export function lostInPipeline({ block: { number } }: AnalysedBlock, name: string): string {
  return `block ${number} sets ${name} in a pipeline, where bash loses it`;
}
