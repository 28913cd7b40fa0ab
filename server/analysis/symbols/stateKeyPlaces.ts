import {
  allSteps,
  type Call,
  type Flow,
  type FunctionDefinition,
  type ShellScript,
  type Statement,
} from '../shell/script';
import type { Span } from '../text';

/** The parameters, from 1, of a function that are names which it writes into a state file. */
export type Savers = (name: string) => readonly number[];

/** A name in a text that becomes one of a state file's. */
export interface KeyPlace {
  readonly name: string;
  readonly span: Span;
}

/** `append_workflow_state NAME VALUE` and what others call it, where its library is not found. */
const USUAL_SAVER = /^(?:append|put|record|save|set|store|write)_(?:\w+_)?(?:state|value|var|variable)$/;

/** Makes the answer for the functions that are known; those whose body nobody sees are told by their name. */
export function saversAmong(functions: ReadonlyMap<string, FunctionDefinition>): Savers {
  const known = new Map([...functions].map(([name, { body }]) => [name, keyParameters(body)]));
  return name => known.get(name) ?? (USUAL_SAVER.test(name) ? [1] : []);
}

/** The parameters that a function's body writes as names: `echo "$1=$2" >> F`, also by way of `local key="$1"`. */
function keyParameters(body: Flow): readonly number[] {
  const numbers = new Set<number>();
  const steps = [...allSteps(body)];
  const sourceOf = (name: string): string => {
    const define = steps.find(step => step.kind === 'define' && step.name === name);
    const parts = define?.kind === 'define' ? (define.value?.parts ?? []) : [];
    const [only] = parts;
    return parts.length === 1 && only?.kind === 'parameter' ? only.name : name;
  };
  for (const step of steps) {
    if (step.kind !== 'write') continue;
    for (const { name, isParameter } of step.keys ?? []) {
      const source = isParameter ? sourceOf(name) : '';
      if (/^[1-9]$/.test(source)) numbers.add(Number(source));
    }
  }
  return [...numbers];
}

/** The names of state files in a text: what it prints into a file, and what it hands to a function that does. */
export function keysIn(script: ShellScript, text: string, savers: Savers): readonly KeyPlace[] {
  const places: KeyPlace[] = [];
  for (const step of allSteps(script.flow, true))
    if (step.kind === 'call' && step.name !== undefined) places.push(...handedOver(step, savers(step.name)));
  for (const statement of script.statements) places.push(...writtenIn(statement, text));
  return places;
}

function handedOver({ arguments: words }: Call, numbers: readonly number[]): readonly KeyPlace[] {
  return numbers.flatMap(number => {
    const word = words[number - 1];
    const name = word && /^["']?([A-Za-z_]\w*)["']?$/.exec(word.text)?.[1];
    return word === undefined || name === undefined ? [] : [{ name, span: word.span }];
  });
}

function writtenIn(statement: Statement, text: string): readonly KeyPlace[] {
  const steps = [...allSteps(statement.flow, true)];
  const names = new Set<string>();
  let end = 0;
  for (const step of steps) {
    if (step.kind !== 'write') continue;
    end = Math.max(end, step.span.end);
    for (const key of step.keys ?? []) if (!key.isParameter && !key.isDeclared) names.add(key.name);
  }
  if (names.size === 0) return [];
  const printed = steps.flatMap(step => (step.kind === 'call' ? printedKeys(step, names) : []));
  const defined = new Set(steps.flatMap(step => (step.kind === 'define' ? [step.span.start] : [])));
  const lines = documentKeys(statement, text, names).filter(({ span }) => !defined.has(span.start));
  const taken = new Set(printed.map(({ span }) => span.start));
  return [...printed, ...lines.filter(({ span }) => !taken.has(span.start))];
}

/** `echo "NAME=…"`, `printf 'NAME=%q\n' …` and `printf '%s=%q\n' NAME …`. */
function printedKeys({ name, arguments: words }: Call, names: ReadonlySet<string>): readonly KeyPlace[] {
  if (name !== 'echo' && name !== 'printf') return [];
  return words.flatMap(({ text, span }, index) => {
    const whole = /^["']?([A-Za-z_]\w*)["']?$/.exec(text)?.[1];
    if (name === 'printf' && index > 0 && whole !== undefined && names.has(whole))
      return [{ name: whole, span }];
    return [...text.matchAll(ASSIGNED)].flatMap(match => place(match, span.start, names));
  });
}

/** A name before `=` at the beginning of a word, of its text's lines, or behind `export `. */
const ASSIGNED = /(^["']?|[\s"']|\\n)([A-Za-z_]\w*)(?==)/g;
/** A line of a here-document that assigns. */
const LINE = /^([ \t]*(?:export[ \t]+|declare[ \t]+-\w+[ \t]+)?)([A-Za-z_]\w*)(?==)/gm;

/** The lines of here-documents: behind a statement's first line, what assigns and is no assignment of the block's. */
function documentKeys({ span }: Statement, text: string, names: ReadonlySet<string>): readonly KeyPlace[] {
  const piece = text.slice(span.start, span.end);
  if (!piece.includes('<<')) return [];
  return [...piece.matchAll(LINE)].flatMap(match => place(match, span.start, names));
}

function place(match: RegExpMatchArray, offset: number, names: ReadonlySet<string>): readonly KeyPlace[] {
  const name = match[2]!;
  const start = offset + match.index! + match[1]!.length;
  return names.has(name) ? [{ name, span: { start, end: start + name.length } }] : [];
}
