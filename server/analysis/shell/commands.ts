import { entryOf } from '../table';
import { childReads } from './childReads';
import { computedNames, unsetSteps } from './declarations';
import { hazardsOf } from './hazards';
import type { Lowering } from './lowering';
import { givesInput } from './redirects';
import type { Call, Define, DefinitionForm, FlowStep, Value } from './script';
import { makeDefine } from './script';
import type { SyntaxNode } from './syntax';
import { FILE_TEST, lowerTest } from './tests';
import { contentSpan, IDENTIFIER, literalText, lowerValue } from './words';

/** Commands that run another command in this shell, so that its name is the one that counts. */
const TRANSPARENT = new Set(['command', 'builtin', 'time', 'then', 'do', 'else']);

/** A simple command: prefix assignments, a name, arguments. */
export function lowerCommand(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const prefixes = node.children.filter(child => child.type === 'variable_assignment');
  const nameNode = node.children.find(child => child.field === 'name');
  const argumentNodes = node.children.filter(child => child.field === 'argument');
  const redirects = node.children.filter(child => child.field === 'redirect');
  // `X=1 cmd` gives X to cmd alone: the value is read, nothing is set.
  const before = prefixReads(lowering, prefixes);
  const nameValue = nameNode && lowerValue(lowering, nameNode);
  const firstName = literalText(nameValue);
  const skip =
    firstName !== undefined && TRANSPARENT.has(firstName) ? skipWrapper(lowering, argumentNodes) : 0;
  const name = skip > 0 ? lowering.text(argumentNodes[skip - 1]!) : firstName;
  const hazards = hazardsOf(
    name,
    argumentNodes.map(child => lowering.text(child)),
  );
  const values = argumentNodes
    .slice(skip)
    .map(child => lowerValue(lowering, child, { hazard: hazards(lowering.text(child)) }));
  const call: Call = {
    kind: 'call',
    name,
    passesFunctions: firstName === 'command' || firstName === 'builtin',
    span: contentSpan(lowering, nameNode ?? node),
    arguments: values,
    hasInput: lowering.hasInput || redirects.some(child => givesInput(lowering, child)),
  };
  const builtin = entryOf(BUILTINS, name);
  const redirected = redirects.flatMap(child =>
    child.children.flatMap(inner => lowerValue(lowering, inner).flow),
  );
  const reads = [...before, ...(nameValue?.flow ?? []), ...redirected];
  if (name === 'test') {
    const looks: FlowStep[] = values.some(
      ({ text }, index) =>
        /^-(?:nt|ot|ef|t)$/.test(text) || (FILE_TEST.test(text) && isOperator(values[index - 1])),
    )
      ? [{ kind: 'input', span: call.span, path: values[values.length - 1], isTest: true }]
      : [];
    return [...reads, ...lowerTest(lowering, node), ...looks, call];
  }
  const words = values.flatMap(value => value.flow);
  const given = new Set(prefixes.map(child => assignedName(lowering, child)));
  // A child that is given a name does not take it from the shell.
  const effects =
    builtin?.(lowering, node, values) ??
    childReads(lowering, name, values).filter(step => step.kind !== 'read' || !given.has(step.name));
  if (name === 'let') return [...reads, ...effects];
  return [...reads, ...words, call, ...effects];
}

/** In `test …` a word such as `-f` is an operator at the start, and behind `!`, `-a` and `-o`. */
function isOperator(before: Value | undefined): boolean {
  return before === undefined || /^(?:!|-a|-o|\()$/.test(before.text);
}

/** `X=1 Y=$X cmd`: the shell goes through them in order, so that the second one sees the first one's value. */
function prefixReads(lowering: Lowering, assignments: readonly SyntaxNode[]): FlowStep[] {
  const given = new Set<string>();
  return assignments.flatMap(assignment => {
    const value = assignment.children.find(child => child.field === 'value');
    const flow = value === undefined ? [] : lowerValue(lowering, value).flow;
    const lost = flow.filter(step => step.kind !== 'read' || !given.has(step.name));
    given.add(assignedName(lowering, assignment));
    return lost;
  });
}

function assignedName(lowering: Lowering, assignment: SyntaxNode): string {
  return lowering.text(assignment.children.find(inner => inner.field === 'name') ?? assignment);
}

/** How many words to skip up to and including the wrapped command's name, past the wrapper's options. */
function skipWrapper(lowering: Lowering, nodes: readonly SyntaxNode[]): number {
  const index = nodes.findIndex(child => !lowering.text(child).startsWith('-'));
  // `command -v x` only asks where x is.
  if (nodes.slice(0, Math.max(index, 0)).some(child => /^-[vV]/.test(lowering.text(child)))) return 0;
  return index < 0 ? 0 : index + 1;
}

type Builtin = (lowering: Lowering, node: SyntaxNode, words: readonly Value[]) => FlowStep[];

/** Builtins that act on names, which the grammar does not mark. Sources: bash(1), SHELL BUILTIN COMMANDS. */
const BUILTINS: Readonly<Record<string, Builtin>> = {
  read: (lowering, node, words) => {
    const targets = operands(words, 'adinNptu');
    const computed = operandWords(words, 'adinNptu').find(word => literalText(word) === undefined);
    if (computed !== undefined) return [computedNames(computed)];
    if (targets.length === 0) return names(lowering, node, ['REPLY']);
    return targets.map(word => define(lowering, node, word, 'read', hasOption(words, 'a')));
  },
  mapfile: readArray,
  readarray: readArray,
  printf: (lowering, node, words) => {
    const index = words.findIndex(word => word.text === '-v');
    const target = index < 0 ? undefined : words[index + 1];
    if (target === undefined) return [];
    const known = IDENTIFIER.test((literalText(target) ?? '').replace(/\[[\s\S]*$/, ''));
    return [known ? define(lowering, node, target, 'command', false) : computedNames(target)];
  },
  getopts: (lowering, node, words) => {
    const definitions = words.slice(1, 2).map(word => define(lowering, node, word, 'command', false));
    return [...definitions, ...names(lowering, node, ['OPTARG', 'OPTIND'])];
  },
  wait: (lowering, node, words) => {
    const index = words.findIndex(word => word.text === '-p');
    const target = index < 0 ? undefined : words[index + 1];
    return target === undefined ? [] : [define(lowering, node, target, 'command', false)];
  },
  let: lowerLet,
  // The grammar knows no `coproc NAME { … }`: name and brace are its first words.
  coproc: (lowering, node, words) =>
    words[1]?.text === '{'
      ? [define(lowering, node, words[0]!, 'command', true)]
      : names(lowering, node, ['COPROC']),
  source: (_lowering, _node, words) => loadOf(words),
  '.': (_lowering, _node, words) => loadOf(words),
  eval: lowerEval,
  trap: lowerTrap,
  exit: (_lowering, _node, words) => [{ kind: 'leave', how: 'exit', fails: isFailure(words) }],
  return: (_lowering, _node, words) => [{ kind: 'leave', how: 'return', fails: isFailure(words) }],
  // `exec {LOG}>file` only opens the file.
  exec: (_lowering, _node, words) =>
    words.some(({ text }) => !/^\{\w+\}$/.test(text)) ? [{ kind: 'leave', how: 'exit', fails: false }] : [],
  unset: (_lowering, _node, words) => unsetSteps(words),
  // Where a declaration follows a wrapper or a word that the grammar does not expect, its words are plain arguments.
  export: declarationWords,
  declare: declarationWords,
  typeset: declarationWords,
  local: declarationWords,
  readonly: declarationWords,
};

function isFailure(words: readonly Value[]): boolean {
  return /^[1-9]\d*$/.test(words[0]?.text ?? '');
}

/** The names among a command's operands. */
function operands(words: readonly Value[], withValue: string): readonly Value[] {
  return operandWords(words, withValue).filter(word => IDENTIFIER.test(literalText(word) ?? ''));
}

/** The words that are no options; an option letter of `withValue` takes the next word. */
function operandWords(words: readonly Value[], withValue: string): readonly Value[] {
  const result: Value[] = [];
  for (let index = 0; index < words.length; index++) {
    const text = words[index]!.text;
    if (!text.startsWith('-') || text === '-') result.push(words[index]!);
    else if (text.length >= 2 && takesNextWord(text, withValue)) index++;
  }
  return result;
}

function takesNextWord(option: string, withValue: string): boolean {
  const position = [...option.slice(1)].findIndex(letter => withValue.includes(letter));
  // `-a` of `read` names the array itself, which is the operand.
  return position >= 0 && option[position + 1] !== 'a' && position === option.length - 2;
}

function hasOption(words: readonly Value[], letter: string): boolean {
  return words.some(word => word.text.startsWith('-') && word.text.slice(1).includes(letter));
}

function readArray(lowering: Lowering, node: SyntaxNode, words: readonly Value[]): FlowStep[] {
  const targets = operands(words, 'dnOsuCc');
  if (targets.length === 0) return names(lowering, node, ['MAPFILE']);
  return targets.map(word => define(lowering, node, word, 'read', true));
}

function define(
  lowering: Lowering,
  node: SyntaxNode,
  word: Value,
  form: DefinitionForm,
  array: boolean,
): Define {
  const name = (literalText(word) ?? word.text).replace(/\[.*$/s, '');
  return makeDefine({ name, span: word.span, statement: lowering.statementSpan(node), form }, { array });
}

function names(lowering: Lowering, node: SyntaxNode, list: readonly string[]): Define[] {
  const span = lowering.statementSpan(node);
  return list.map(name => makeDefine({ name, span, statement: span, form: 'command' }));
}

function lowerLet(lowering: Lowering, _node: SyntaxNode, words: readonly Value[]): FlowStep[] {
  return words.flatMap(word => {
    const quoted = /^["']/.test(word.text);
    const text = quoted ? word.text.slice(1, -1) : word.text;
    return lowering.nested(`((${text}))`, Math.max(0, word.span.start - (quoted ? 1 : 2)));
  });
}

function loadOf(words: readonly Value[]): FlowStep[] {
  const [path] = words;
  return path === undefined ? [] : [{ kind: 'load', how: 'source', path, span: path.span }];
}

/** `eval 'text'` is the text; `eval "$(cmd)"` and `eval "$X"` are known only when they run. */
function lowerEval(lowering: Lowering, _node: SyntaxNode, words: readonly Value[]): FlowStep[] {
  const [first] = words;
  if (first === undefined) return [];
  const texts = words.map(literalText);
  if (texts.every(text => text !== undefined)) {
    const offset = first.span.start + (/^["']/.test(first.text) ? 1 : 0);
    return lowering.nested(texts.join(' '), offset);
  }
  const assigned = words.length === 1 ? evaluatedAssignment(first) : undefined;
  return assigned ?? [{ kind: 'load', how: 'eval', path: evaluatedFile(first), span: first.span }];
}

/** `eval "REPORT_$i=…"` and `eval "X=\$Y_$i"`, where nothing in the text begins another command. */
function evaluatedAssignment(word: Value): FlowStep[] | undefined {
  const literals = word.parts.flatMap(part => (part.kind === 'literal' ? [part.text] : []));
  if (
    word.parts.some(({ kind }) => kind === 'unknown' || kind === 'command') ||
    literals.some(text => /[;\n&|`]/.test(text))
  )
    return undefined;
  const head = /^(?:export )?([A-Za-z_]\w*)(=?)/.exec(
    word.parts[0]?.kind === 'literal' ? word.parts[0].text : '',
  );
  if (head === null) return undefined;
  const { span } = word;
  if (head[2] === '=') return [makeDefine({ name: head[1]!, span, statement: span, form: 'command' })];
  const follows = literals.some(text => /^\}?\w*=/.test(text));
  return follows ? [{ kind: 'load', how: 'eval', path: undefined, span, prefix: head[1]! }] : undefined;
}

/** The file in `eval "$(cat FILE)"` and `eval "$(< FILE)"`. */
function evaluatedFile(word: Value): Value | undefined {
  const [part] = word.parts;
  if (word.parts.length !== 1 || part?.kind !== 'command') return undefined;
  const calls = part.body.filter(step => step.kind === 'call');
  const [call] = calls;
  return calls.length === 1 && call?.name === 'cat' && call.arguments.length === 1
    ? call.arguments[0]
    : undefined;
}

function lowerTrap(lowering: Lowering, _node: SyntaxNode, words: readonly Value[]): FlowStep[] {
  const [action, ...signals] = words.filter(word => word.text !== '--');
  if (action === undefined || signals.length === 0) return [];
  // `trap - EXIT` takes a trap back: nothing runs in its place.
  if (action.text === '-')
    return [
      {
        kind: 'deferred',
        body: [],
        span: action.span,
        signals: signals.map(signal => signal.text),
        expandedWhenSet: false,
      },
    ];
  const quoted = /^["']/.test(action.text);
  const text = quoted ? action.text.slice(1, -1) : action.text;
  // Within double quotes the shell expands the text when the trap is set: single quotes in it keep nothing back.
  const expandedWhenSet = action.text.startsWith('"');
  const body = lowering.nested(
    expandedWhenSet ? text.replace(/'/g, '"') : text,
    action.span.start + (quoted ? 1 : 0),
  );
  return [
    {
      kind: 'deferred',
      body,
      span: action.span,
      signals: signals.map(signal => signal.text),
      expandedWhenSet,
    },
  ];
}

function declarationWords(lowering: Lowering, node: SyntaxNode, words: readonly Value[]): FlowStep[] {
  return words.flatMap(word => {
    const name = /^([A-Za-z_]\w*)\+?=/.exec(word.text)?.[1];
    return name === undefined ? [] : names(lowering, node, [name]);
  });
}
