import type { Call, Flow, Value, ValuePart } from '../shell/script';
import { entryOf } from '../table';
import { concat, type Symbolic, text, unknown } from './symbolic';

/** What is known of a name where a value is evaluated; undefined where the name has no value. */
export type Lookup = (name: string) => Symbolic | undefined;

/** The string that a word becomes, as far as its text and the names' values tell. */
export function evaluate(value: Value | undefined, lookup: Lookup): Symbolic {
  if (value === undefined) return unknown('');
  const result = evaluateParts(value.parts, lookup, value.text);
  return value.text.startsWith('~/') ? expandTilde(result) : result;
}

function expandTilde(value: Symbolic): Symbolic {
  const [first, ...rest] = value;
  if (first?.kind !== 'text' || !first.text.startsWith('~')) return value;
  return concat([{ kind: 'home' }], text(first.text.slice(1)), rest);
}

function evaluateParts(parts: readonly ValuePart[], lookup: Lookup, source: string): Symbolic {
  return concat(...parts.map(part => evaluatePart(part, lookup, source)));
}

function evaluatePart(part: ValuePart, lookup: Lookup, source: string): Symbolic {
  switch (part.kind) {
    case 'literal':
      return text(part.text);
    case 'parameter':
      return evaluateParameter(part, lookup);
    case 'command':
      return evaluateCommand(part.body, lookup, source);
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
  CLAUDE_CODE_SESSION_ID: [{ kind: 'session' }],
  CLAUDE_SESSION_ID: [{ kind: 'session' }],
  TMPDIR: text('/tmp'),
  BASH_SOURCE: [{ kind: 'unknown', source: 'BASH_SOURCE' }],
  RANDOM: [{ kind: 'unique', source: 'RANDOM' }],
  SRANDOM: [{ kind: 'unique', source: 'RANDOM' }],
  BASHPID: [{ kind: 'unique', source: '$$' }],
  SECONDS: [{ kind: 'unique', source: 'SECONDS' }],
  EPOCHSECONDS: [{ kind: 'unique', source: 'date' }],
  $: [{ kind: 'unique', source: '$$' }],
};

function evaluateParameter(
  part: Extract<ValuePart, { readonly kind: 'parameter' }>,
  lookup: Lookup,
): Symbolic {
  const { name, operator, operand } = part;
  const value = lookup(name) ?? entryOf(KNOWN, name);
  if (operator === '') {
    if (value !== undefined) return value;
    if (/^(?:\d+|ARGUMENTS)$/.test(name)) return [{ kind: 'argument', name }];
    return unknown(name);
  }
  if (operator === ':-' || operator === '-' || operator === ':=' || operator === '=')
    return value ?? evaluateParts(operand, lookup, name);
  if (operator === ':?' || operator === '?') return value ?? unknown(name);
  // `${BASH_SOURCE%/*}` is the folder of the file.
  if (operator.startsWith('%') && name === 'BASH_SOURCE') return [{ kind: 'here' }];
  return unknown(`${name}${operator}`);
}

/** `$( … )`: the few commands whose output is known without running them. */
function evaluateCommand(body: Flow, lookup: Lookup, source: string): Symbolic {
  const calls = callsOf(body);
  const first = body
    .flatMap(step => (step.kind === 'subshell' ? step.body : [step]))
    .find(step => step.kind === 'call');
  const [call] = calls;
  if (call === undefined)
    return first?.kind === 'call' ? (uniqueOutput(first, lookup) ?? unknown(source)) : unknown(source);
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
          lookup,
        );
  if (call.name === 'dirname' && calls.length === 1) return directoryOf(call, lookup, source);
  if (call.name === 'echo' && calls.length === 1 && call.arguments.length === 1)
    return evaluate(call.arguments[0], lookup);
  return uniqueOutput(call, lookup) ?? unknown(source);
}

/** The commands that run one after the other, also behind `&&`; the first one's way out with `||` is none. */
function callsOf(body: Flow): readonly Call[] {
  return body.flatMap((step): readonly Call[] => {
    if (step.kind === 'call') return [step];
    return step.kind === 'choice' && step.branches.length === 2 ? callsOf(step.branches[0]!) : [];
  });
}

function directoryOf(call: Call, lookup: Lookup, source: string): Symbolic {
  const argument = call.arguments.find(({ text: word }) => !word.startsWith('-'));
  if (argument === undefined) return unknown(source);
  if (/BASH_SOURCE|\$0|%x|\(%\)/.test(argument.text)) return [{ kind: 'here' }];
  const value = evaluate(argument, lookup);
  const last = value[value.length - 1];
  if (last?.kind !== 'text') return unknown(source);
  const slash = last.text.lastIndexOf('/');
  return slash < 0 ? unknown(source) : concat(value.slice(0, -1), text(last.text.slice(0, slash)));
}

/** Commands that print something else each time. */
function uniqueOutput(call: Call, lookup: Lookup): Symbolic | undefined {
  if (call.name === 'mktemp') {
    const template = call.arguments.find(argument => /X{3,}/.test(argument.text));
    const parts = template === undefined ? text('/tmp/tmp.XXXXXXXXXX') : evaluate(template, lookup);
    return parts.flatMap(part => (part.kind === 'text' ? splitTemplate(part.text) : [part]));
  }
  // A date without a time of day is the same in all blocks, but at midnight.
  if (call.name === 'date' && isDay(call)) return undefined;
  if (call.name === 'date' || call.name === 'uuidgen') return [{ kind: 'unique', source: call.name }];
  return undefined;
}

function isDay({ arguments: words }: Call): boolean {
  const format = words.find(({ text }) => /^["']?\+/.test(text))?.text;
  return format !== undefined && !/%[-_0^#]?[cHIklMNprRsSTXZ+:z]/.test(format);
}

function splitTemplate(template: string): Symbolic {
  const [head = '', ...tail] = template.split(/X{3,}/);
  return concat(text(head), ...tail.map(rest => concat([{ kind: 'unique', source: 'mktemp' }], text(rest))));
}
