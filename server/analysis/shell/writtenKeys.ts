import { allSteps, type Call, type Flow, type Value, type WrittenKey } from './script';
import { withoutQuotes } from './words';

/** `export `, `declare -x ` and the like in front of a name. */
const KEYWORD = /^[ \t]*(?:export\s+|declare\s+(?:-\w+\s+)*|typeset\s+(?:-\w+\s+)*)?/;
const NAME = /^([A-Za-z_]\w*)=/;
/** `$1=…` and `${key}=…`: the name is a parameter's value. */
const PARAMETER = /^["']?\$(?:(\w+)|\{(\w+)\})["']?=/;

/**
 * The names that shell text assigns line by line, as a state file does: `NAME=…`, `export NAME=…`, `declare -x NAME=…`.
 * Undefined where a line may assign what the text does not show.
 */
function keysOfText(text: string): readonly WrittenKey[] | undefined {
  const keys: WrittenKey[] = [];
  for (const line of text.split('\n')) {
    const keyword = KEYWORD.exec(line)![0];
    const rest = line.slice(keyword.length);
    const isDeclared = /^\s*(?:declare|typeset)\b/.test(keyword);
    const name = NAME.exec(rest)?.[1];
    const parameter = PARAMETER.exec(rest);
    if (name !== undefined) keys.push({ name, isParameter: false, isDeclared });
    else if (parameter !== null)
      keys.push({ name: (parameter[1] ?? parameter[2])!, isParameter: true, isDeclared });
    // A line that begins with an expansion may become any assignment.
    else if (/^["']?[$`]/.test(rest)) return undefined;
  }
  return keys;
}

/** The names that some commands' output assigns, or undefined where one of them prints what the text does not show. */
export function keysOfOutput(body: Flow): readonly WrittenKey[] | undefined {
  const keys: WrittenKey[] = [];
  let prints = false;
  for (const step of body) {
    const found = keysOfStep(step);
    if (found === undefined) return undefined;
    if (step.kind === 'call' || step.kind === 'choice' || step.kind === 'loop') prints = true;
    keys.push(...found);
  }
  // The parts of a pipeline print, and so does a group in parentheses.
  return !prints && body.some(({ kind }) => kind === 'subshell') ? undefined : withoutRepetition(keys);
}

function keysOfStep(step: Flow[number]): readonly WrittenKey[] | undefined {
  switch (step.kind) {
    // A `$( … )` among the words prints into the word.
    case 'read':
    case 'define':
    case 'subshell':
    case 'input':
      return [];
    // `2>/dev/null` takes away what is no output.
    case 'write':
      return step.path.text === '/dev/null' ? [] : undefined;
    case 'choice':
    case 'loop':
      return keysOfBranches(step.kind === 'loop' ? [step.body] : step.branches);
    case 'call':
      return keysOfCall(step);
    default:
      return undefined;
  }
}

function keysOfBranches(branches: readonly Flow[]): readonly WrittenKey[] | undefined {
  const found = branches.map(branch => (branch.length === 0 ? [] : keysOfOutput(branch)));
  return found.some(keys => keys === undefined) ? undefined : found.flatMap(keys => keys ?? []);
}

/** Commands of a condition, and others that print nothing. */
const SILENT = new Set([
  '[',
  'test',
  ':',
  'true',
  'false',
  'mkdir',
  'touch',
  'chmod',
  'umask',
  'shift',
  'cd',
]);

function keysOfCall({ name, arguments: words, isRedirected }: Call): readonly WrittenKey[] | undefined {
  if (isRedirected === true || (name !== undefined && SILENT.has(name))) return [];
  const texts = words.map(word => withoutQuotes(word.text));
  if (name === 'echo') return keysOfText(texts.filter(text => !/^-[neE]+$/.test(text)).join(' '));
  if (name === 'printf') return keysOfText(printfText(texts));
  if (name !== 'declare' && name !== 'typeset') return undefined;
  const names = texts.filter(text => !text.startsWith('-'));
  // Without names it prints all of them; `-f` prints functions.
  if (names.length === 0 || texts.some(text => /^-\w*[fF]/.test(text))) return undefined;
  return names.map(text => ({
    name: text.replace(/^\$\{?(\w+)\}?$/, '$1'),
    isParameter: text.startsWith('$'),
    isDeclared: true,
  }));
}

/** `printf '%s=%q\n' NAME "$NAME"` and `printf 'NAME=%q\n' "$NAME"`. */
function printfText([format = '', ...words]: readonly string[]): string {
  const text = format.replace(/\\n/g, '\n');
  const pairs = /^(?:export )?%s=/.test(text) ? words.filter((_, index) => index % 2 === 0) : [];
  return [text, ...pairs.map(name => `${name}=`)].join('\n');
}

/** The names that a here-document assigns. */
export function keysOfDocument(text: string): readonly WrittenKey[] | undefined {
  const keys = keysOfText(text);
  return keys && withoutRepetition(keys);
}

/** The one word that some commands print; undefined where they print more, or something else. */
export function printedWord(body: Flow): Value | undefined {
  const calls = body.filter(step => step.kind === 'call');
  const others = [...allSteps(body)].some(({ kind }) => kind === 'choice' || kind === 'loop');
  const [call] = calls;
  if (calls.length !== 1 || call === undefined || others || call.isRedirected === true) return undefined;
  const words = call.arguments.filter(({ text }) => text !== '-n');
  if (call.name === 'echo' && words.length === 1) return words[0];
  const isPlain = /^["']?%s(?:\\n)?["']?$/.test(words[0]?.text ?? '');
  return call.name === 'printf' && isPlain && words.length === 2 ? words[1] : undefined;
}

function withoutRepetition(keys: readonly WrittenKey[]): readonly WrittenKey[] {
  return [...new Map(keys.map(key => [`${key.name}:${key.isParameter}`, key])).values()];
}
