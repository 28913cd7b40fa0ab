/**
 * Globs as the shell has them, for single names: `*`, `?`, `[a-z]`, `[!a-z]`, `\` and braces. Matching takes at most the
 * product of both lengths. That is why this is no regular expression: in /tmp both sides may be hostile, and
 * `a*_*_*_*.sh` as a regular expression needs minutes for a name of 255 underscores.
 */

type Token =
  | { readonly kind: 'text'; readonly character: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'many' }
  | {
      readonly kind: 'set';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

/** A compiled glob for one name. */
export interface NameGlob {
  /** The name itself, where nothing in the glob is special: it need not be looked for. */
  readonly literal: string | undefined;
  matches(name: string): boolean;
}

/** Compiles the glob of one path segment, without braces. What is malformed stands for itself, as in the shell. */
export function compileNameGlob(glob: string): NameGlob {
  const tokens = tokenize(glob);
  if (tokens.every(token => token.kind === 'text')) {
    const literal = tokens.map(token => token.character).join('');
    return { literal, matches: name => name === literal };
  }
  // Most names of a directory have nothing to do with a glob: that must cost nothing.
  const prefix = literalStart(tokens);
  // As in the shell, a hidden name has to be named as such.
  const hidden = prefix.startsWith('.');
  return {
    literal: undefined,
    matches: name =>
      name.startsWith(prefix) && (hidden || !name.startsWith('.')) && matchTokens(tokens, [...name]),
  };
}

function literalStart(tokens: readonly Token[]): string {
  const end = tokens.findIndex(token => token.kind !== 'text');
  return tokens
    .slice(0, end)
    .map(token => (token.kind === 'text' ? token.character : ''))
    .join('');
}

function tokenize(glob: string): readonly Token[] {
  const characters = [...glob];
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    const set = character === '[' ? readSet(characters, at + 1) : undefined;
    if (set !== undefined) {
      tokens.push(set.token);
      at = set.end;
    } else if (character === '*') {
      if (tokens.at(-1)?.kind !== 'many') tokens.push({ kind: 'many' });
    } else if (character === '?') tokens.push({ kind: 'any' });
    else if (character === '\\' && at + 1 < characters.length) {
      tokens.push({ kind: 'text', character: characters[++at]! });
    } else tokens.push({ kind: 'text', character });
  }
  return tokens;
}

/** Reads `a-z]` from behind the bracket; undefined where it is never closed. `end` is the closing bracket. */
function readSet(
  characters: readonly string[],
  start: number,
): { readonly token: Token; readonly end: number } | undefined {
  const negated = characters[start] === '!' || characters[start] === '^';
  const first = negated ? start + 1 : start;
  const ranges: [string, string][] = [];
  for (let at = first; at < characters.length; at++) {
    const character = characters[at]!;
    if (character === ']' && at > first) return { token: { kind: 'set', negated, ranges }, end: at };
    at = behindEscape(characters, at);
    const low = characters[at]!;
    const isRange = characters[at + 1] === '-' && at + 2 < characters.length && characters[at + 2] !== ']';
    if (isRange) at = behindEscape(characters, at + 2);
    ranges.push([low, characters[at]!]);
  }
  return undefined;
}

/** Where the character stands that a set means at a place: a backslash speaks of the next one. */
function behindEscape(characters: readonly string[], at: number): number {
  return characters[at] === '\\' && at + 1 < characters.length ? at + 1 : at;
}

/** Greedy matching: when something does not fit, only the last `*` has to take one character more. */
function matchTokens(tokens: readonly Token[], name: readonly string[]): boolean {
  let token = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const current = tokens[token];
    if (current?.kind === 'many') {
      star = token++;
      starAt = at;
    } else if (current !== undefined && matchesOne(current, name[at]!)) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (tokens[token]?.kind === 'many') token++;
  return token === tokens.length;
}

function matchesOne(token: Token, character: string): boolean {
  if (token.kind === 'text') return token.character === character;
  if (token.kind !== 'set') return true;
  const inside = token.ranges.some(([low, high]) => low <= character && character <= high);
  return inside !== token.negated;
}

/** More alternatives than this are not followed up: `{a,b}{a,b}…` doubles with each. */
const MAX_ALTERNATIVES = 64;

/** Expands `{a,b}` into its alternatives, at most 64; other braces stand for themselves. */
export function expandBraces(glob: string): readonly string[] {
  const done: string[] = [];
  const waiting = [glob];
  while (waiting.length > 0 && done.length < MAX_ALTERNATIVES) {
    const current = waiting.shift()!;
    const group = findGroup(current);
    if (group === undefined) done.push(current);
    else if (waiting.length < MAX_ALTERNATIVES) {
      waiting.push(
        ...group.alternatives.map(text => current.slice(0, group.start) + text + current.slice(group.end)),
      );
    }
  }
  return done;
}

/** The first brace group with a comma in it. */
function findGroup(
  glob: string,
): { readonly start: number; readonly end: number; readonly alternatives: readonly string[] } | undefined {
  for (let start = 0; start < glob.length; start++) {
    if (glob[start] === '\\') start++;
    else if (glob[start] === '{') {
      const group = readGroup(glob, start);
      if (group !== undefined) return { start, ...group };
    }
  }
  return undefined;
}

function readGroup(
  glob: string,
  start: number,
): { readonly end: number; readonly alternatives: readonly string[] } | undefined {
  const alternatives: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < glob.length; at++) {
    const character = glob[at];
    if (character === '\\') at++;
    else if (character === '{') depth++;
    else if (character === ',' && depth === 1) {
      alternatives.push(glob.slice(from, at));
      from = at + 1;
    } else if (character === '}' && --depth === 0) {
      alternatives.push(glob.slice(from, at));
      return alternatives.length > 1 ? { end: at + 1, alternatives } : undefined;
    }
  }
  return undefined;
}

/** Whether a glob of a path means just one path. */
export function isLiteralGlob(glob: string): boolean {
  return expandBraces(glob).every(each =>
    each.split('/').every(segment => segment !== '**' && compileNameGlob(segment).literal !== undefined),
  );
}
