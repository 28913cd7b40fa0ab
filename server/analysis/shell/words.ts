import type { Span } from '../text';
import { lowerArithmetic } from './arithmetic';
import type { Lowering } from './lowering';
import type { Fallback, Flow, FlowStep, Hazard, Read, Value, ValuePart } from './script';
import { makeDefine } from './script';
import type { SyntaxNode } from './syntax';

/** What the place of a word says about the reads in it. */
export interface WordContext {
  readonly asksFor?: Read['asksFor'];
  readonly hazard?: Hazard | undefined;
}

export const IDENTIFIER = /^[A-Za-z_]\w*$/;

/** `"$x…`, `${x%/}…`, `${x:-}…`: a word that begins with a value, and is another path where there is none. */
export const LEADING_EXPANSION = /^"?\$(?:\w+|\{\w+(?:[%#][^{}]*|:?-)?\})/;

/** `"$x/…"`: a word that names something below the root directory where the value is empty. */
export function startsWithExpansionAndSlash(word: string): boolean {
  const lead = LEADING_EXPANSION.exec(word)?.[0];
  return lead !== undefined && /^"?\//.test(word.slice(lead.length));
}

/** Lowers a word: the reads and commands in it, and the string it becomes as far as the text tells. */
export function lowerValue(lowering: Lowering, node: SyntaxNode, context: WordContext = {}): Value {
  const flow: FlowStep[] = [];
  const parts = lowerParts(lowering, node, flow, context);
  return { span: contentSpan(lowering, node), text: lowering.text(node), parts: mergeLiterals(parts), flow };
}

/** Where a node's own text starts: tokens may begin with the white space before them. */
export function contentSpan(lowering: Lowering, node: SyntaxNode): Span {
  const text = lowering.source.slice(node.start, node.end);
  return { start: node.start + text.length - text.trimStart().length, end: node.end };
}

type PartLowering = (
  lowering: Lowering,
  node: SyntaxNode,
  flow: FlowStep[],
  context: WordContext,
) => readonly ValuePart[];

/** How each kind of node in a word is lowered; a kind that is not listed is lowered child by child and its text is unknown. */
const PARTS: Readonly<Record<string, PartLowering>> = {
  word: (lowering, node) => [literal(withoutBackslashes(lowering.text(node)))],
  number: (lowering, node, flow, context) =>
    node.children.some(child => child.named)
      ? lowerChildren(lowering, node, flow, context)
      : [literal(lowering.text(node))],
  raw_string: (lowering, node) => [literal(lowering.text(node).slice(1, -1))],
  ansi_c_string: (lowering, node) => [literal(lowering.text(node).slice(2, -1))],
  string_content: (lowering, node) => [literal(lowering.source.slice(node.start, node.end))],
  string: lowerString,
  translated_string: lowerChildren,
  concatenation: lowerChildren,
  command_name: lowerChildren,
  simple_expansion: lowerSimpleExpansion,
  expansion: lowerExpansion,
  command_substitution: (lowering, node, flow) => {
    const body = lowering.statements(node.children);
    flow.push({ kind: 'subshell', body, output: 'captured' });
    return [{ kind: 'command', body }];
  },
  process_substitution: (lowering, node, flow) => {
    flow.push({ kind: 'subshell', body: lowering.statements(node.children), output: 'captured' });
    return [UNKNOWN];
  },
  arithmetic_expansion: (lowering, node, flow) => {
    flow.push(...lowerArithmetic(lowering, node));
    return [UNKNOWN];
  },
  // The pattern in `${x#$prefix*}`, which the grammar does not look into.
  regex: (lowering, node, flow) => {
    const text = lowering.text(node);
    if (/[$`]/.test(text)) flow.push(...lowering.nestedString(text, contentSpan(lowering, node).start));
    return [UNKNOWN];
  },
  array: (lowering, node, flow, context) => {
    lowerChildren(lowering, node, flow, context);
    return [UNKNOWN];
  },
};

const UNKNOWN: ValuePart = { kind: 'unknown' };

function literal(text: string): ValuePart {
  return { kind: 'literal', text };
}

/** A backslash outside quotes keeps the next character as it is. */
function withoutBackslashes(text: string): string {
  return text.replace(/\\([\s\S])/g, '$1');
}

function lowerParts(
  lowering: Lowering,
  node: SyntaxNode,
  flow: FlowStep[],
  context: WordContext,
): readonly ValuePart[] {
  const lower = PARTS[node.type];
  if (lower !== undefined) return lower(lowering, node, flow, context);
  if (!node.named) return [];
  if (node.type === 'ERROR' && node.children.length === 0) return [UNKNOWN];
  if (node.children.length === 0) return [literal(lowering.text(node))];
  lowerChildren(lowering, node, flow, context);
  return [UNKNOWN];
}

function lowerChildren(
  lowering: Lowering,
  node: SyntaxNode,
  flow: FlowStep[],
  context: WordContext,
): readonly ValuePart[] {
  return node.children.flatMap(child =>
    child.type === '$' ? dollar(lowering, child, flow) : lowerParts(lowering, child, flow, context),
  );
}

/** A `$` that begins no name; at a word's end, the token holds the whole of `$$`. */
function dollar(lowering: Lowering, node: SyntaxNode, flow: FlowStep[]): readonly ValuePart[] {
  if (lowering.text(node) !== '$$') return [literal('$')];
  flow.push(makeRead('$', contentSpan(lowering, node), 'none'));
  return [{ kind: 'parameter', name: '$', operator: '', operand: [] }];
}

/** Text between expansions is not always a node of its own (`" $X"`): the gaps are literals too. */
function lowerString(
  lowering: Lowering,
  node: SyntaxNode,
  flow: FlowStep[],
  context: WordContext,
): readonly ValuePart[] {
  const parts: ValuePart[] = [];
  const inner = node.children.filter(child => child.named);
  for (const child of inner) {
    if (child.type !== 'string_content') {
      const lead = /^\s*/.exec(lowering.source.slice(child.start, child.end))?.[0] ?? '';
      if (lead !== '') parts.push(literal(lead));
    }
    parts.push(...lowerParts(lowering, child, flow, context));
  }
  return parts;
}

function lowerSimpleExpansion(
  lowering: Lowering,
  node: SyntaxNode,
  flow: FlowStep[],
  context: WordContext,
): readonly ValuePart[] {
  const variable = node.children.find(child => child.named);
  if (variable === undefined) return [literal('$')];
  const name = lowering.text(variable);
  flow.push(makeRead(name, contentSpan(lowering, node), 'none', context));
  return [{ kind: 'parameter', name, operator: '', operand: [] }];
}

/** `${…}`, read from its text: the grammar has many shapes for it and errs on some (`${x:$o:$l}`). */
const EXPANSION = /^\$\{([#!]?)([A-Za-z_]\w*|\d+|[@*#?$!_-])(\[)?/;

function lowerExpansion(
  lowering: Lowering,
  node: SyntaxNode,
  flow: FlowStep[],
  context: WordContext,
): readonly ValuePart[] {
  const text = lowering.text(node);
  const match = EXPANSION.exec(text);
  if (match === null) return lowerChildren(lowering, node, flow, context);
  const [head, prefix, name] = match as unknown as [string, string, string];
  // `${!prefix*}` lists names; no value is read.
  if (prefix === '!' && /^[*@]\}/.test(text.slice(head.length))) return [UNKNOWN];
  const rest = match[3] === undefined ? text.slice(head.length) : behindSubscript(text, head.length);
  const operator = /^(?::[-=?+]|[-=?+]|:|##?|%%?|\/\/?[#%]?|\^\^?|,,?|@)/.exec(rest)?.[0] ?? '';
  const fallback = FALLBACKS[operator] ?? 'none';
  const span = contentSpan(lowering, node);
  const read = makeRead(name, span, fallback, context);
  // `${!A[@]}` lists the keys of A.
  const isIndirect = prefix === '!' && !/^[@*]\]/.test(text.slice(head.length));
  flow.push(isIndirect ? { ...read, isIndirect } : read);
  const operand: ValuePart[] = [];
  const inner: FlowStep[] = [];
  const variable = node.children.findIndex(child => isName(lowering, child, name));
  node.children.forEach((child, index) => {
    if (index === variable) {
      if (child.type === 'subscript') inner.push(...lowerSubscript(lowering, child));
    } else if (operator === ':' && child.named) inner.push(...lowerArithmetic(lowering, child));
    else if (child.named) operand.push(...lowerParts(lowering, child, inner, {}));
  });
  flow.push(...inner);
  if (operator === ':=' || operator === '=') flow.push(defaultDefinition(lowering, name, node, operand));
  const known = prefix === '' && match[3] === undefined;
  return known ? [{ kind: 'parameter', name, operator, operand: mergeLiterals(operand) }] : [UNKNOWN];
}

const FALLBACKS: Readonly<Record<string, Fallback>> = {
  ':-': 'default',
  '-': 'default',
  ':=': 'default',
  '=': 'default',
  ':?': 'required',
  '?': 'required',
  ':+': 'alternative',
  '+': 'alternative',
};

function isName(lowering: Lowering, node: SyntaxNode, name: string): boolean {
  if (node.type === 'subscript') return true;
  return /variable_name$/.test(node.type) && lowering.text(node) === name;
}

function behindSubscript(text: string, offset: number): string {
  let depth = 1;
  let end = offset;
  while (end < text.length && depth > 0) {
    if (text[end] === '[') depth++;
    else if (text[end] === ']') depth--;
    end++;
  }
  return text.slice(end);
}

/** `${x:=word}` gives the name a value. */
function defaultDefinition(
  lowering: Lowering,
  name: string,
  node: SyntaxNode,
  operand: readonly ValuePart[],
): FlowStep {
  const span = contentSpan(lowering, node);
  return makeDefine(
    { name, span, statement: lowering.statementSpan(node), form: 'default' },
    { value: { span, text: lowering.text(node), parts: mergeLiterals(operand), flow: [] } },
  );
}

/**
 * The index of `A[…]`: arithmetic for an indexed array, where a bare word is a variable's name, and a string for an
 * associative one, where it is not. Which of them it is, only a declaration tells.
 */
export function lowerSubscript(lowering: Lowering, subscript: SyntaxNode): Flow {
  const index = subscript.children.filter(child => child.named && child.field === 'index');
  return index.flatMap(child => {
    const bare = child.type === 'word' || child.type === 'variable_name';
    return bare && lowering.hasAssociativeArrays ? [] : lowerArithmetic(lowering, child);
  });
}

export function makeRead(name: string, span: Span, fallback: Fallback, context: WordContext = {}): Read {
  return {
    kind: 'read',
    name,
    span,
    fallback,
    asksFor: context.asksFor,
    reader: 'shell',
    hazard: context.hazard,
  };
}

function mergeLiterals(parts: readonly ValuePart[]): readonly ValuePart[] {
  const merged: ValuePart[] = [];
  for (const part of parts) {
    const last = merged[merged.length - 1];
    if (part.kind === 'literal' && last?.kind === 'literal')
      merged[merged.length - 1] = literal(last.text + part.text);
    else merged.push(part);
  }
  return merged;
}

/** A word as written, without the quotes around the whole of it. */
export function withoutQuotes(word: string): string {
  return /^(["'])[\s\S]*\1$/.test(word) ? word.slice(1, -1) : word;
}

/** The string that a word is, where it is nothing but literal text. */
export function literalText(value: Value | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.parts.length === 0) return '';
  const [part] = value.parts;
  return value.parts.length === 1 && part?.kind === 'literal' ? part.text : undefined;
}
