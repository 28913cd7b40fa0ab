import type { RawValue } from './content';

/** A token of JSON text; the text is known to be valid, so this only has to tell the tokens apart. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g;

interface Container {
  /** The container's own name, `user` or `list[2]`. */
  readonly path: string;
  readonly isArray: boolean;
  /** The key that waits for its value. */
  key: string | undefined;
  index: number;
  empty: boolean;
}

/**
 * Reads one JSON object or array into its leaves, named by their path: `user.name`, `list[0]`. Numbers keep their digits as
 * they are written (a parsed number loses those of a long identifier), and nesting may be as deep as the text is long.
 * @returns undefined where the text is no JSON object or array
 */
export function readJson(text: string): readonly RawValue[] | undefined {
  if (!/^\s*[[{]/.test(text) || !/[\]}]\s*$/.test(text.slice(-100)) || !isJson(text)) return undefined;
  const values: RawValue[] = [];
  const open: Container[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const top = open.at(-1);
    if (token === ':' || token === ',') continue;
    if (token === '}' || token === ']') {
      const closed = open.pop()!;
      if (closed.empty)
        values.push({ name: closed.path, value: closed.isArray ? '[]' : '{}', literal: true });
    } else if (top !== undefined && !top.isArray && top.key === undefined) {
      top.key = unquoted(token);
    } else {
      const path = top === undefined ? '' : takePath(top);
      if (token === '{' || token === '[') {
        open.push({ path, isArray: token === '[', key: undefined, index: 0, empty: true });
      } else values.push({ name: path, value: unquoted(token), literal: true });
    }
  }
  return values;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function unquoted(token: string): string {
  return token.startsWith('"') ? (JSON.parse(token) as string) : token;
}

/** Paths longer than this are cut: nested containers would otherwise need quadratic memory for their names. */
const MAX_PATH = 200;

/** The path of the container's next value. */
function takePath(container: Container): string {
  container.empty = false;
  const { path, key } = container;
  container.key = undefined;
  const own = container.isArray ? `${path}[${container.index++}]` : path === '' ? key! : `${path}.${key}`;
  return own.length > MAX_PATH ? `…${own.slice(-MAX_PATH)}` : own;
}
