import { lowerArithmetic } from './arithmetic';
import { type Lowering, testsOf } from './lowering';
import type { Define, FlowStep, Value } from './script';
import { makeDefine } from './script';
import type { SyntaxNode } from './syntax';
import { contentSpan, lowerValue } from './words';

export function lowerFor(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const variable = node.children.find(child => child.field === 'variable');
  const values = node.children.filter(child => child.field === 'value');
  const body = node.children.filter(child => child.field === 'body');
  const words = values.map(child => lowerValue(lowering, child));
  const define: FlowStep[] = variable === undefined ? [] : [loopVariable(lowering, variable, node, words)];
  return [
    ...words.flatMap(value => value.flow),
    ...selection(lowering, node, words),
    { kind: 'loop', body: [...define, ...lowering.statements(body)], tests: [] },
  ];
}

/** `select X in …` asks for a number before each round. */
function selection(lowering: Lowering, node: SyntaxNode, words: readonly Value[]): FlowStep[] {
  const keyword = node.children[0];
  if (keyword?.type !== 'select') return [];
  const span = contentSpan(lowering, keyword);
  const { hasInput } = lowering;
  return [{ kind: 'call', name: 'select', passesFunctions: false, span, arguments: words, hasInput }];
}

function loopVariable(
  lowering: Lowering,
  variable: SyntaxNode,
  node: SyntaxNode,
  words: readonly Value[],
): Define {
  const name = lowering.text(variable);
  const span = contentSpan(lowering, variable);
  return makeDefine({ name, span, statement: contentSpan(lowering, node), form: 'loop' }, { words });
}

export function lowerCStyleFor(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const parts = (field: string) =>
    lowering.within(node, () =>
      node.children.filter(child => child.field === field).flatMap(child => lowerArithmetic(lowering, child)),
    );
  const body = node.children.filter(child => child.field === 'body');
  return [
    ...parts('initializer'),
    ...parts('condition'),
    { kind: 'loop', body: [...lowering.statements(body), ...parts('update')], tests: [] },
  ];
}

/** The condition runs at least once; what follows, any number of times. */
export function lowerWhile(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const isBody = (child: SyntaxNode) => child.field === 'body';
  const condition = lowering.statements(node.children.filter(child => !isBody(child)));
  const body = lowering.statements(node.children.filter(isBody));
  return [
    ...condition,
    {
      kind: 'loop',
      body: [...body, ...condition],
      tests: testsOf(condition, node.children[0]?.type !== 'until'),
    },
  ];
}
