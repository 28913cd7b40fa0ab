import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { allSteps, type Statement } from '../shell/script';

/**
 * Whether a block gives a name a value that stays.
 * @param offset before which: by default, the block's end
 */
export function isConstantIn({ block }: AnalysedBlock, name: string, offset?: number): boolean {
  const text = block.text.slice(0, offset);
  return linesThatName(text, /\b(?:readonly|(?:declare|typeset)\s+-\w*r\w*)\s[^\n]*/g, name).length > 0;
}

/** The declarations of a form in a block that speak of a name. */
export function linesThatName(text: string, form: RegExp, name: string): readonly string[] {
  return (text.match(form) ?? []).filter(line => new RegExp(`\\b${name}\\b`).test(line));
}

/**
 * Whether the shell refuses a statement, since the name has a value already that stays: zsh ends there, and bash where no command
 * declares the name.
 */
export function setsConstantAgain(block: AnalysedBlock, { flow, span }: Statement): boolean {
  return [...allSteps(flow)].some(
    step => step.kind === 'define' && !step.local && isConstantIn(block, step.name, span.start),
  );
}

/**
 * What an earlier block declares a name as, and what thereby becomes of the values that a block gives it, where one shell runs both:
 * `declare -i N` in the first one makes `N=1+1` a 2. Part of a sentence.
 */
export function attributeAbove(
  { blocks }: DocumentFlow,
  giver: AnalysedBlock,
  name: string,
): string | undefined {
  const { number } = giver.block;
  const declares = ({ block, flow }: AnalysedBlock) =>
    flow.definitions.some(define => define.name === name) &&
    linesThatName(block.text, /\b(?:declare|typeset)\s+-\w*[ilu]\w*\s[^\n]*/g, name).length > 0;
  if (declares(giver)) return undefined;
  const above = blocks.findLast(other => other.block.number < number && declares(other));
  return above && `block ${above.block.number} declares ${name}, which counts no more in block ${number}`;
}
