import { lowerArithmetic } from './arithmetic';
import type { Lowering } from './lowering';
import { type FlowStep, makeDefine, type Read, type Value } from './script';
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
      ? [
          {
            kind: 'input',
            span: contentSpan(lowering, node),
            path: testedFile(lowering, named),
            isTest: true,
          },
        ]
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
    if (NUMERIC.has(text)) {
      const question = lengthQuestion(
        sides.map(child => lowering.text(child)),
        text,
        asks,
      );
      // A bare word is a variable's name here.
      return sides.flatMap(child => lowerArithmetic(lowering, child)).map(step => asking(step, question));
    }
    if (LOGICAL.has(text)) return sides.flatMap(child => lowerCondition(lowering, child, asks));
    const compared: FlowStep[] = /^-(?:nt|ot|ef)$/.test(text)
      ? [{ kind: 'input', span: contentSpan(lowering, node), path: undefined, isTest: true }]
      : [];
    const words = sides.map(child => lowering.text(child));
    // `[ "x$X" = x ]` is how one asked before quotes were trusted.
    const letter = /^"?([a-zA-Z_.])\$\{?\w+\}?"?$/.exec(words[0] ?? '')?.[1];
    const isBareLetter = letter !== undefined && words[1]?.replace(/^(["'])(.*)\1$/, '$2') === letter;
    const isMatch = text === '=~';
    const comparesToNothing = isBareLetter || isMatch || words.some(word => /^(?:""|'')$/.test(word));
    const asksFor = text === '!=' || isMatch ? asks : opposite(asks);
    // `[ a = b -o -n c ]` nests its second condition in the first one's right side.
    const reads = sides.flatMap(child =>
      child.type.endsWith('_expression') && child.type !== 'arithmetic_expansion'
        ? lowerCondition(lowering, child, asks)
        : lowerValue(lowering, child, comparesToNothing ? { asksFor } : {}).flow,
    );
    return [...reads, ...compared, ...(isMatch ? [matchedParts(lowering, node)] : [])];
  }
  if (node.type === 'parenthesized_expression')
    return named.flatMap(child => lowerCondition(lowering, child, asks));
  // `[ "$X" ]` asks for emptiness as well.
  return [...lowerValue(lowering, node, { asksFor: asks }).flow];
}

function testedFile(lowering: Lowering, nodes: readonly SyntaxNode[]): Value | undefined {
  const file = nodes.find(child => child.type !== 'test_operator');
  return file && lowerValue(lowering, file);
}

/** `[[ x =~ (y) ]]` leaves what its parentheses matched. */
function matchedParts(lowering: Lowering, node: SyntaxNode): FlowStep {
  const span = contentSpan(lowering, node);
  return makeDefine({ name: 'BASH_REMATCH', span, statement: span, form: 'command' }, { array: true });
}

/** What a comparison of a length with a number asks for: `${#A[@]} -eq 0` for emptiness; undefined for anything else. */
function lengthQuestion(
  [left = '', right = '']: readonly string[],
  operator: string,
  asks: Question = 'value',
): Question | undefined {
  if (!/^"?\$\{#/.test(left)) return undefined;
  const key = `${operator} ${right}`;
  if (/^(?:-eq|==) 0$|^(?:-lt|<) 1$|^(?:-le|<=) 0$/.test(key)) return opposite(asks);
  return /^(?:-ne|!=|-gt|>) 0$|^(?:-ge|>=) 1$/.test(key) ? asks : undefined;
}

function asking(step: FlowStep, question: Question | undefined): FlowStep {
  return step.kind === 'read' && question !== undefined ? { ...step, asksFor: question } : step;
}

/** `((${#A[@]} == 0))` and `((${#X}))`, whose text is all that tells. */
export function lowerArithmeticTest(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const match = /^\(\(\s*(\$\{#[^{}]*\})\s*(?:(==|!=|<=?|>=?)\s*(\d+)\s*)?\)\)$/.exec(lowering.text(node));
  const question =
    match === null
      ? undefined
      : match[2] === undefined
        ? 'value'
        : lengthQuestion([match[1]!, match[3]!], match[2]);
  return lowerArithmetic(lowering, node).map(step => asking(step, question));
}

function testedName(lowering: Lowering, node: SyntaxNode, asksFor: Question): FlowStep[] {
  const name = /^[A-Za-z_]\w*/.exec(lowering.text(node))?.[0];
  return name === undefined ? [] : [makeRead(name, contentSpan(lowering, node), 'none', { asksFor })];
}
