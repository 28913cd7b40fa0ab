import { allSteps, type Call, type Flow, type Value, type ValuePart } from '../shell/script';
import { entryOf } from '../table';
import { concat, type Symbolic, text, unknown } from './symbolic';

/** What is known where a value is evaluated. */
export interface Knowledge {
  /** The value of a name; undefined where it has none. */
  value(name: string): Symbolic | undefined;
  /** The number of the block whose shell evaluates: `$$` is another one in each. */
  readonly process: number;
  /** What a file holds that some block has written one word into. */
  content(path: Symbolic): Symbolic | undefined;
  /** What the commands of a `$( … )` have printed, where that is known. */
  output(body: Flow): Symbolic | undefined;
}

/** What is known where nothing has run. */
export function knowledgeOf(value: Knowledge['value']): Knowledge {
  return { value, process: 0, content: () => undefined, output: () => undefined };
}

/** The string that a word becomes, as far as its text and the names' values tell. */
export function evaluate(value: Value | undefined, known: Knowledge): Symbolic {
  if (value === undefined) return unknown('');
  const result = evaluateParts(value.parts, known, value.text);
  return value.text.startsWith('~/') ? expandTilde(result) : result;
}

function expandTilde(value: Symbolic): Symbolic {
  const [first, ...rest] = value;
  if (first?.kind !== 'text' || !first.text.startsWith('~')) return value;
  return concat([{ kind: 'home' }], text(first.text.slice(1)), rest);
}

function evaluateParts(parts: readonly ValuePart[], known: Knowledge, source: string): Symbolic {
  return concat(...parts.map(part => evaluatePart(part, known, source)));
}

function evaluatePart(part: ValuePart, known: Knowledge, source: string): Symbolic {
  switch (part.kind) {
    case 'literal':
      return text(part.text);
    case 'parameter':
      return evaluateParameter(part, known);
    case 'command':
      return evaluateCommand(part.body, known, source);
    default:
      return unknown(source);
  }
}

/** Values of names that no assignment gives. */
const KNOWN: Readonly<Record<string, Symbolic>> = {
  HOME: [{ kind: 'home' }],
  PWD: [{ kind: 'project' }],
  CLAUDE_PROJECT_DIR: [{ kind: 'project' }],
  CLAUDE_SKILL_DIR: [{ kind: 'here' }],
  CLAUDE_ENV_FILE: [{ kind: 'argument', name: 'CLAUDE_ENV_FILE' }],
  CLAUDE_CODE_SESSION_ID: [{ kind: 'session' }],
  CLAUDE_SESSION_ID: [{ kind: 'session' }],
  TMPDIR: text('/tmp'),
  BASH_SOURCE: [{ kind: 'unknown', source: 'BASH_SOURCE' }],
};

/** Parameters that are another value in each process, by what the messages call them. */
const UNIQUE: Readonly<Record<string, string>> = {
  RANDOM: '$RANDOM',
  SRANDOM: '$SRANDOM',
  BASHPID: '$BASHPID',
  SECONDS: '$SECONDS',
  EPOCHSECONDS: '$EPOCHSECONDS',
  EPOCHREALTIME: '$EPOCHREALTIME',
  $: '$$',
};

function knownValue(name: string, { process }: Knowledge): Symbolic | undefined {
  const source = entryOf(UNIQUE, name);
  return source === undefined ? entryOf(KNOWN, name) : [{ kind: 'unique', source, process }];
}

function evaluateParameter(
  part: Extract<ValuePart, { readonly kind: 'parameter' }>,
  known: Knowledge,
): Symbolic {
  const { name, operator, operand } = part;
  const value = known.value(name) ?? knownValue(name, known);
  if (operator === '') {
    if (value !== undefined) return value;
    if (/^(?:\d+|ARGUMENTS)$/.test(name)) return [{ kind: 'argument', name }];
    return unknown(name);
  }
  if (operator === '-' || operator === '=') return value ?? evaluateParts(operand, known, name);
  if (operator === ':-' || operator === ':=')
    return value === undefined || value.length === 0 ? evaluateParts(operand, known, name) : value;
  if (operator === ':?' || operator === '?') return value ?? unknown(name);
  // `${BASH_SOURCE%/*}` is the folder of the file.
  if (operator.startsWith('%') && name === 'BASH_SOURCE') return [{ kind: 'here' }];
  return unknown(`${name}${operator}`);
}

/** `$( … )`: what its commands were seen to print, or the few whose output is known without running them. */
function evaluateCommand(body: Flow, known: Knowledge, source: string): Symbolic {
  const printed = known.output(body);
  if (printed?.every(({ kind }) => kind !== 'unknown')) return printed;
  const calls = callsOf(body);
  const first = body
    .flatMap(step => (step.kind === 'subshell' ? step.body : [step]))
    .find(step => step.kind === 'call');
  const [call] = calls;
  if (call === undefined) {
    if (first?.kind === 'call') return outputOfPipeline(first, body, known) ?? unknown(source);
    return contentOfInput(body, known) ?? unknown(source);
  }
  // As written: to evaluate them here and once more below would double the work at each level of nesting.
  const words = call.arguments.map(({ text }) => text);
  if (call.name === 'git' && words[0] === 'rev-parse' && words.includes('--show-toplevel'))
    return [{ kind: 'project' }];
  if (call.name === 'pwd' && calls.length === 1) return [{ kind: 'project' }];
  const last = calls[calls.length - 1];
  if (call.name === 'cd' && last?.name === 'pwd' && calls.length === 2)
    return call.arguments.length === 0
      ? [{ kind: 'home' }]
      : evaluate(
          call.arguments.find(({ text: word }) => word !== '--'),
          known,
        );
  if (call.name === 'dirname' && calls.length === 1) return directoryOf(call, known, source);
  return uniqueOutput(call, known) ?? printed ?? unknown(source);
}

/** `$(< FILE)`. */
function contentOfInput(body: Flow, known: Knowledge): Symbolic | undefined {
  const inputs = body.flatMap(step => (step.kind === 'input' && step.path !== undefined ? [step.path] : []));
  const [path] = inputs;
  return inputs.length === 1 && path !== undefined ? known.content(evaluate(path, known)) : undefined;
}

const PICKS_LINES = /^(?:sort|head|tail|cut)$/;

/** `$(ls -t GLOB | head -1)` and `$(find DIR -name GLOB | sort | head -1)` name the newest file that matches. */
function outputOfPipeline(first: Call, body: Flow, known: Knowledge): Symbolic | undefined {
  const picks = [...allSteps(body)].every(
    step => step.kind !== 'call' || step === first || PICKS_LINES.test(step.name ?? ''),
  );
  if (!picks) return uniqueOutput(first, known);
  if (first.name === 'ls') {
    const glob = first.arguments.find(({ text: word }) => word.includes('*'));
    return glob && withWildcards(evaluate(glob, known));
  }
  if (first.name !== 'find') return uniqueOutput(first, known);
  const [directory] = first.arguments;
  const at = first.arguments.findIndex(({ text: word }) => word === '-name');
  const name = at < 0 ? undefined : first.arguments[at + 1];
  if (directory === undefined || name === undefined || directory.text.startsWith('-')) return undefined;
  return withWildcards(concat(evaluate(directory, known), text('/'), evaluate(name, known)));
}

function withWildcards(value: Symbolic): Symbolic | undefined {
  const result = concat(
    ...value.map(part => {
      if (part.kind !== 'text') return [part];
      const [head = '', ...rest] = part.text.split(/\*+/);
      return concat(text(head), ...rest.map(piece => concat([{ kind: 'wildcard' }], text(piece))));
    }),
  );
  return result.some(({ kind }) => kind === 'wildcard') ? result : undefined;
}

/** The commands that run one after the other, also behind `&&`; the first one's way out with `||` is none. */
function callsOf(body: Flow): readonly Call[] {
  return body.flatMap((step): readonly Call[] => {
    if (step.kind === 'call') return [step];
    return step.kind === 'choice' && step.branches.length === 2 ? callsOf(step.branches[0]!) : [];
  });
}

function directoryOf(call: Call, known: Knowledge, source: string): Symbolic {
  const argument = call.arguments.find(({ text: word }) => !word.startsWith('-'));
  if (argument === undefined) return unknown(source);
  if (/BASH_SOURCE|\$0|%x|\(%\)/.test(argument.text)) return [{ kind: 'here' }];
  const value = evaluate(argument, known);
  const last = value[value.length - 1];
  if (last?.kind !== 'text') return unknown(source);
  const slash = last.text.lastIndexOf('/');
  return slash < 0 ? unknown(source) : concat(value.slice(0, -1), text(last.text.slice(0, slash)));
}

/** Commands that print something else each time. */
function uniqueOutput(call: Call, known: Knowledge): Symbolic | undefined {
  if (call.name === 'mktemp') {
    const template = call.arguments.find(argument => /X{3,}/.test(argument.text));
    const parts = template === undefined ? text('/tmp/tmp.XXXXXXXXXX') : evaluate(template, known);
    return concat(
      ...parts.map(part => (part.kind === 'text' ? splitTemplate(part.text, known.process) : [part])),
    );
  }
  // A date without a time of day is the same in all blocks, but at midnight.
  if (call.name === 'date' && isDay(call)) return undefined;
  if (call.name === 'date' || call.name === 'uuidgen')
    return [{ kind: 'unique', source: sourceOfTime(call), process: known.process }];
  return undefined;
}

function isDay({ arguments: words }: Call): boolean {
  const format = words.find(({ text }) => /^["']?\+/.test(text))?.text;
  return format !== undefined && !/%[-_0^#]?[cHIklMNprRsSTXZ+:z]/.test(format);
}

/** Two formats of a date are two strings. */
function sourceOfTime({ name, arguments: words }: Call): string {
  return [name, ...words.map(({ text }) => text)].join(' ');
}

function splitTemplate(template: string, process: number): Symbolic {
  const [head = '', ...tail] = template.split(/X{3,}/);
  const made = (rest: string) => concat([{ kind: 'unique', source: 'mktemp', process }], text(rest));
  return concat(text(head), ...tail.map(made));
}
