import { lowerArithmetic } from './arithmetic';
import type { Lowering } from './lowering';
import type { FlowStep, Read } from './script';
import type { SyntaxNode } from './syntax';
import { contentSpan, lowerValue, makeRead } from './words';

/** `[[ … ]]`, `[ … ]` and `test …`. A read that only asks for emptiness or for a file's being there is marked as a question. */
export function lowerTest(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  // The grammar takes the words of `test ! -d "$X"` for plain arguments.
  const words = node.type === 'command' ? node.children.map(child => lowering.text(child)) : [];
  const asks = words.includes('-z') === words.includes('!') ? 'value' : 'emptiness';
  return node.children
    .filter(child => child.field !== 'name')
    .flatMap(child => lowerCondition(lowering, child, asks));
}

const NUMERIC = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge']);
const LOGICAL = new Set(['&&', '||', '-a', '-o']);
/** Tests that look at the file system. */
export const FILE_TEST = /^-[bcdefghkprsuwxGLNOS]$/;
const EMPTINESS = /^-[znedfrsxLhv]$/;

type Question = NonNullable<Read['asksFor']>;

export function opposite(asked: Question): Question {
  return asked === 'value' ? 'emptiness' : 'value';
}

/** @param asks what a plain word at this place asks for: `[ "$X" ]` for a value, `[ ! "$X" ]` for emptiness */
function lowerCondition(lowering: Lowering, node: SyntaxNode, asks: Question = 'value'): FlowStep[] {
  if (!node.named) return [];
  const named = node.children.filter(child => child.named);
  if (node.type === 'unary_expression') {
    const operator = lowering.text(node.children[0]!);
    if (operator === '-v') return named.slice(1).flatMap(child => testedName(lowering, child, asks));
    const inner = operator === '!' || operator === '-z' ? opposite(asks) : asks;
    const isQuestion = EMPTINESS.test(operator);
    const looks: FlowStep[] = FILE_TEST.test(operator)
      ? [{ kind: 'input', span: contentSpan(lowering, node) }]
      : [];
    const reads = named.flatMap(child =>
      isQuestion && child.type !== 'test_operator'
        ? lowerValue(lowering, child, { asksFor: inner }).flow
        : lowerCondition(lowering, child, inner),
    );
    return [...reads, ...looks];
  }
  if (node.type === 'binary_expression') {
    const operator = node.children.find(child => child.field === 'operator');
    const text = operator === undefined ? '' : lowering.text(operator);
    const sides = named.filter(child => child.field !== 'operator');
    if (NUMERIC.has(text)) return sides.flatMap(child => lowerNumber(lowering, child));
    if (LOGICAL.has(text)) return sides.flatMap(child => lowerCondition(lowering, child, asks));
    const compared: FlowStep[] = /^-(?:nt|ot|ef)$/.test(text)
      ? [{ kind: 'input', span: contentSpan(lowering, node) }]
      : [];
    const comparesToNothing = sides.some(child => /^(?:""|'')$/.test(lowering.text(child)));
    const asksFor = text === '!=' ? asks : opposite(asks);
    // `[ a = b -o -n c ]` nests its second condition in the first one's right side.
    const reads = sides.flatMap(child =>
      child.type.endsWith('_expression') && child.type !== 'arithmetic_expansion'
        ? lowerCondition(lowering, child, asks)
        : lowerValue(lowering, child, comparesToNothing ? { asksFor } : {}).flow,
    );
    return [...reads, ...compared];
  }
  if (node.type === 'parenthesized_expression')
    return named.flatMap(child => lowerCondition(lowering, child, asks));
  // `[ "$X" ]` asks for emptiness as well.
  return [...lowerValue(lowering, node, { asksFor: asks }).flow];
}

/** Within `[[ … -eq … ]]` a bare word is a variable's name. */
function lowerNumber(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  return lowerArithmetic(lowering, node);
}

function testedName(lowering: Lowering, node: SyntaxNode, asksFor: Question): FlowStep[] {
  const name = /^[A-Za-z_]\w*/.exec(lowering.text(node))?.[0];
  return name === undefined ? [] : [makeRead(name, contentSpan(lowering, node), 'none', { asksFor })];
}
