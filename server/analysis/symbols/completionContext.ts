import type { Span } from '../text';
import type { Savers } from './stateKeyPlaces';

/** What could be written at a place of a block. */
export interface CompletionContext {
  readonly kind: 'variable' | 'stateKey' | 'file' | 'command';
  /** What stands there already, before the cursor. */
  readonly prefix: string;
  /** What a choice replaces, as offsets in the block's text. */
  readonly span: Span;
  /** The whole expansion as far as it is written: what a complete one can be put in the place of. */
  readonly expansion: Span;
}

const VARIABLE = /\$(?:\{[#!]?)?([A-Za-z_]\w*)?$/;
const FILE = /(?:^|[\s;&|(])(?:source|\.)[ \t]+["']?([^\s"';&|]*)$/;
const ARGUMENT =
  /(?:^|[\s;&|(])([A-Za-z_]\w*)((?:[ \t]+(?:"[^"\n]*"|'[^'\n]*'|[^\s"';&|]+))*)[ \t]+["']?([A-Za-z_]\w*)?$/;
const COMMAND = /(?:^|[;&|({]|\$\(|\b(?:then|else|do|if|while|until|!))[ \t]*([A-Za-z_][\w-]*)$/;

/** Characters of a line that are looked at. */
const MAX_LINE = 2_000;

/** What may be completed at an offset of a block's text; undefined in comments and where nothing of ours fits. */
export function completionContext(
  text: string,
  offset: number,
  savers: Savers,
): CompletionContext | undefined {
  const start = Math.max(text.lastIndexOf('\n', offset - 1) + 1, offset - MAX_LINE);
  const line = text.slice(start, offset);
  if (/^\s*#/.test(line)) return undefined;
  const rest = /^\w*/.exec(text.slice(offset))![0].length;
  const at = (kind: CompletionContext['kind'], prefix: string, whole: number): CompletionContext => ({
    kind,
    prefix,
    span: { start: offset - prefix.length, end: offset + rest },
    expansion: { start: offset - whole, end: offset + rest },
  });
  const variable = VARIABLE.exec(line);
  // A single-quoted text expands nothing; `\$` is a dollar sign.
  if (variable !== null && !isEscaped(line, variable.index) && !inSingleQuotes(line.slice(0, variable.index)))
    return withBrace(at('variable', variable[1] ?? '', variable[0].length), variable[0], text);
  const file = FILE.exec(line);
  if (file !== null) return at('file', file[1]!, file[1]!.length);
  const argument = ARGUMENT.exec(line);
  if (argument !== null) {
    const number = wordsIn(argument[2]!) + 1;
    if (savers(argument[1]!).includes(number))
      return at('stateKey', argument[3] ?? '', (argument[3] ?? '').length);
  }
  const command = COMMAND.exec(line);
  return command === null ? undefined : at('command', command[1]!, command[1]!.length);
}

/** With the closing brace, where there is one. */
function withBrace(context: CompletionContext, written: string, text: string): CompletionContext {
  const { start, end } = context.expansion;
  return written.startsWith('${') && text[end] === '}'
    ? { ...context, expansion: { start, end: end + 1 } }
    : context;
}

function isEscaped(line: string, index: number): boolean {
  return /(?:^|[^\\])(?:\\\\)*\\$/.test(line.slice(Math.max(0, index - 100), index));
}

function inSingleQuotes(line: string): boolean {
  let quote = '';
  for (let index = 0; index < line.length; index++) {
    const character = line[index]!;
    if (character === '\\' && quote !== "'") index++;
    else if (quote === '' && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = '';
  }
  return quote === "'";
}

function wordsIn(text: string): number {
  return text.match(/"[^"\n]*"|'[^'\n]*'|[^\s"']+/g)?.length ?? 0;
}
