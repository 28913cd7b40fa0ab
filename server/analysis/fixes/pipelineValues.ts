import type { AnalysedBlock } from '../flow/documentFlow';
import { kept } from '../kept';
import { type Flow, shellSteps } from '../shell/script';

/**
 * Whether a block sets a name in the last part of a pipeline, `… | while read X`: bash runs that in a subshell, zsh in the shell itself.
 * The value that the block ends with is the one of before in bash, and hardly the one that the author meant.
 */
export function isSetInPipeline(block: AnalysedBlock, name: string): boolean {
  return namesInPipelines(block).has(name);
}

/** The names that pipelines set, and that nothing sets anew behind them. */
const namesInPipelines = kept(({ script }: AnalysedBlock): ReadonlySet<string> => {
  const names = new Set<string>();
  follow(script.flow, names);
  return names;
});

function follow(flow: Flow, names: Set<string>): void {
  for (const step of flow) {
    if (step.kind === 'define' && step.form === 'assignment' && !step.append) names.delete(step.name);
    if (step.kind === 'choice') for (const branch of step.branches) follow(branch, names);
    if (step.kind === 'loop') follow(step.body, names);
    if (step.kind !== 'subshell' || step.place !== 'pipelineEnd') continue;
    // In `… | ( … )`, the author has asked for a shell of its own.
    for (const inner of shellSteps(step.body)) if (inner.kind === 'define') names.add(inner.name);
  }
}

/** The doubt about such a value: part of a sentence. */
export function lostInPipeline({ block: { number } }: AnalysedBlock, name: string): string {
  return `block ${number} sets ${name} in a pipeline, where bash loses it`;
}
