import type { Span } from '../text';
import { type Lowering, lowerAssignment } from './lowering';
import type { Call, Define, FlowStep, Value } from './script';
import type { SyntaxNode } from './syntax';
import { contentSpan, lowerValue, makeRead } from './words';

/** `export A=1 B`, `declare -a L`, `local x=1`, `readonly Z=2`. */
export function lowerDeclaration(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const keyword = lowering.text(node.children[0]!);
  const options = node.children
    .filter(child => child.type === 'word' && lowering.text(child).startsWith('-'))
    .map(child => lowering.text(child).slice(1))
    .join('');
  if (/[fFp]/.test(options)) return printedNames(lowering, node, keyword, options);
  const how = {
    exported: keyword === 'export' || options.includes('x'),
    local:
      keyword === 'local' ||
      (lowering.inFunction && keyword !== 'export' && keyword !== 'readonly' && !options.includes('g')),
    global: lowering.inFunction && options.includes('g'),
    array: /[aA]/.test(options),
    attribute: /[nilu]/.test(options) && keyword !== 'export' && keyword !== 'readonly',
    constant: keyword === 'readonly' || options.includes('r'),
  };
  // `local -n out=$1`: what is assigned to it from here on is a variable of another name.
  const isReference = options.includes('n') && keyword !== 'export' && keyword !== 'readonly';
  const span = contentSpan(lowering, node);
  const aliased: FlowStep[] = isReference
    ? [{ kind: 'load', how: 'eval', path: undefined, span, prefix: '' }]
    : [];
  const declared = node.children.slice(1).flatMap((child): FlowStep[] => {
    if (child.type === 'variable_assignment')
      return lowerAssignment(
        lowering,
        child,
        how.array ? how : { ...how, array: child.children.some(({ type }) => type === 'array') },
      );
    if (child.type !== 'variable_name') return child.named ? declaredWord(lowering, child, how) : [];
    if (keyword === 'export' || keyword === 'readonly')
      return [
        {
          kind: 'export',
          name: lowering.text(child),
          span: contentSpan(lowering, child),
          constant: how.constant,
        },
      ];
    return [declaredName(lowering, child, how)];
  });
  return [...declared, ...aliased];
}

/** `export "A=$B"` assigns as well; what `export "$line"` and `export $(cat F)` assign, only the run knows. */
function declaredWord(
  lowering: Lowering,
  node: SyntaxNode,
  how: { readonly exported: boolean; readonly local: boolean; readonly constant: boolean },
): FlowStep[] {
  const value = lowerValue(lowering, node);
  const [first, ...others] = value.parts;
  if (first === undefined) return [...value.flow];
  if (first.kind !== 'literal') return how.local ? [...value.flow] : [...value.flow, computedNames(value)];
  const match = /^([A-Za-z_]\w*)(\+?)=/.exec(first.text);
  if (match === null)
    return others.length === 0 || how.local ? [...value.flow] : [...value.flow, computedNames(value)];
  const start = value.span.start + (/^["']/.test(value.text) ? 1 : 0);
  const rest = first.text.slice(match[0].length);
  return [
    ...value.flow,
    {
      kind: 'define',
      name: match[1]!,
      span: { start, end: start + match[1]!.length },
      statement: lowering.statementSpan(node),
      form: 'assignment',
      value: { ...value, parts: [...(rest === '' ? [] : [{ ...first, text: rest }]), ...others], flow: [] },
      array: false,
      append: match[2] === '+',
      exported: how.exported,
      local: how.local,
      constant: how.constant,
    },
  ];
}

/** A definition of a name of which the text shows at most how it begins: a load of whatever it may be. */
export function computedNames({ span, parts: [first] }: Value): FlowStep {
  const prefix = first?.kind === 'literal' ? (/^[A-Za-z_]\w*$/.exec(first.text)?.[0] ?? '') : '';
  return { kind: 'load', how: 'eval', path: undefined, span, prefix };
}

/** `declare -p X > F` prints what X holds: a read, and what `redirects` takes for the keys of the file. */
function printedNames(lowering: Lowering, node: SyntaxNode, keyword: string, options: string): FlowStep[] {
  if (!options.includes('p')) return [functionQuery(lowering, node, keyword)];
  const variables = node.children.filter(child => child.type === 'variable_name');
  const values = variables.map(child => ({
    span: contentSpan(lowering, child),
    text: lowering.text(child),
    parts: [],
    flow: [],
  }));
  return [
    ...variables.map(child => makeRead(lowering.text(child), contentSpan(lowering, child), 'none')),
    {
      kind: 'call',
      name: keyword,
      passesFunctions: false,
      span: contentSpan(lowering, node.children[0]!),
      arguments: values,
    },
  ];
}

/** `declare -F f` asks whether a function is there. */
function functionQuery(lowering: Lowering, node: SyntaxNode, keyword: string): Call {
  const words = node.children.slice(1).filter(child => child.named);
  return {
    kind: 'call',
    name: keyword,
    passesFunctions: false,
    span: contentSpan(lowering, node.children[0]!),
    arguments: words.map(child => ({
      span: contentSpan(lowering, child),
      text: lowering.text(child),
      parts: [],
      flow: [],
    })),
  };
}

/** `declare -a L` and `local x` make a name known, empty. */
function declaredName(
  lowering: Lowering,
  node: SyntaxNode,
  how: {
    readonly exported: boolean;
    readonly local: boolean;
    readonly array: boolean;
    readonly constant: boolean;
  },
): Define {
  const span: Span = contentSpan(lowering, node);
  return {
    kind: 'define',
    name: lowering.text(node),
    span,
    statement: lowering.statementSpan(node),
    form: 'declaration',
    value: undefined,
    append: false,
    ...how,
  };
}

export function lowerUnset(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  return unsetSteps(
    node.children
      .slice(1)
      .filter(child => child.named)
      .map(child => ({ text: lowering.text(child), span: contentSpan(lowering, child) })),
  );
}

export function unsetSteps(words: readonly Pick<Value, 'text' | 'span'>[]): FlowStep[] {
  const ofFunction = words.some(({ text }) => text === '-f');
  return words.flatMap(({ text, span }): FlowStep[] => {
    const match = /^["']?([A-Za-z_]\w*)(\[.*)?["']?$/.exec(text);
    return match === null
      ? []
      : [{ kind: 'unset', name: match[1]!, span, ofFunction, ofElement: match[2] !== undefined }];
  });
}
