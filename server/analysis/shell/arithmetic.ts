import type { Lowering } from './lowering';
import type { Define, FlowStep } from './script';
import { makeDefine } from './script';
import type { SyntaxNode } from './syntax';
import { contentSpan, IDENTIFIER, lowerValue, makeRead } from './words';

const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|=']);

/**
 * Lowers an arithmetic expression, in which a bare word is the name of a variable: `$((i + n))`, `((i++))`, `A[i]`,
 * `${x:offset:length}`. An unset name counts as 0 there, without a word of warning.
 */
export function lowerArithmetic(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  switch (node.type) {
    case 'variable_name':
    case 'word':
      return readName(lowering, node);
    case 'subscript':
      return lowerSubscripted(lowering, node);
    case 'postfix_expression':
    case 'unary_expression':
      return lowerIncrement(lowering, node);
    case 'binary_expression':
    case 'variable_assignment':
      return lowerBinary(lowering, node);
    case 'simple_expansion':
    case 'expansion':
    case 'string':
    case 'command_substitution':
    case 'raw_string':
      return [...lowerValue(lowering, node).flow];
    default:
      return node.children.filter(child => child.named).flatMap(child => lowerArithmetic(lowering, child));
  }
}

function readName(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const name = lowering.text(node);
  return IDENTIFIER.test(name) ? [makeRead(name, contentSpan(lowering, node), 'none')] : [];
}

function lowerSubscripted(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  return node.children.filter(child => child.named).flatMap(child => lowerArithmetic(lowering, child));
}

function lowerIncrement(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const changes = node.children.some(child => lowering.text(child) === '++' || lowering.text(child) === '--');
  const target = node.children.find(child => child.named && child.type !== 'test_operator');
  if (target === undefined) return [];
  const reads = lowerArithmetic(lowering, target);
  return changes ? [...reads, ...defineTarget(lowering, node, target)] : reads;
}

function lowerBinary(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const [left, ...others] = node.children.filter(
    child => child.named && child.type !== 'test_operator' && child.field !== 'operator',
  );
  const operator = node.children.map(child => lowering.text(child)).find(text => ASSIGNMENTS.has(text));
  if (left === undefined) return [];
  const right = others.flatMap(child => lowerArithmetic(lowering, child));
  if (operator === undefined) return [...lowerArithmetic(lowering, left), ...right];
  const before = operator === '=' ? [] : lowerArithmetic(lowering, left);
  return [...before, ...right, ...defineTarget(lowering, node, left)];
}

function defineTarget(lowering: Lowering, node: SyntaxNode, target: SyntaxNode): FlowStep[] {
  const name = /^[A-Za-z_]\w*/.exec(lowering.text(target))?.[0];
  if (name === undefined) return [];
  const definition: Define = makeDefine(
    {
      name,
      span: contentSpan(lowering, target),
      statement: lowering.statementSpan(node),
      form: 'arithmetic',
    },
    { array: target.type === 'subscript' },
  );
  return [definition];
}
