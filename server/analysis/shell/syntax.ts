import { Language, Parser, type TreeCursor } from 'web-tree-sitter';

/**
 * A node of a parsed shell text, as plain data: the tree-sitter tree that it was copied from is freed at once, so nothing
 * outside this file can leak WASM memory or keep a tree alive (a tree that is dropped without `delete()` is never freed).
 */
export interface SyntaxNode {
  /** The grammar's name of the node, e.g. `command`, or the token itself for anonymous nodes, e.g. `&&`. */
  readonly type: string;
  /** UTF-16 offset in the parsed text where the node starts. */
  readonly start: number;
  /** UTF-16 offset in the parsed text behind the node's last character. */
  readonly end: number;
  /** False for tokens such as `if`, `;` or `&&`. */
  readonly named: boolean;
  /** The name of the parent's field that holds this node, e.g. `name` or `body`. */
  readonly field: string | undefined;
  /** True where the parser had to invent this token. */
  readonly missing: boolean;
  /** All children, tokens included, in the text's order. */
  readonly children: readonly SyntaxNode[];
}

/** Parses shell text. It never fails: what it does not understand lies in nodes of type `ERROR`. */
export interface ShellParser {
  parse(text: string): SyntaxNode;
}

/**
 * Makes the parser. Analysis does no I/O, so the bytes of both WASM modules are handed in.
 * Fails (rejects) when the bytes are no WebAssembly or do not fit each other.
 */
export async function createShellParser(wasm: {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}): Promise<ShellParser> {
  // Emscripten takes the module's bytes under this name; the declared options do not list it.
  await Parser.init({ wasmBinary: wasm.runtime } as Record<string, unknown>);
  const language = await Language.load(wasm.grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  const kindOf = nodeKinds(language);
  const parse = (text: string): SyntaxNode => {
    const reader = new BoundedReader(text);
    const tree = parser.parse(offset => reader.read(offset));
    if (tree === null) return EMPTY;
    if (reader.isTired) {
      tree.delete();
      return EMPTY;
    }
    const cursor = tree.walk();
    const root = copy(cursor, kindOf);
    cursor.delete();
    tree.delete();
    return root;
  };
  return {
    parse(source) {
      if (opensWithoutEnd(source)) return EMPTY;
      const text = withEndedDocuments(withoutLoneSlashes(source));
      const root = parse(text);
      const ends = unseenLineEnds(root, text);
      return ends.length === 0 ? root : parse(withSemicolons(text, ends));
    },
  };
}

/** UTF-16 units that the parser's buffer takes at once. */
const CHUNK = 5_119;

/**
 * Hands a text to the parser and counts what it reads. Behind an error the grammar looks through all that follows for an end that
 * is not there: thousands of lines of `<b >` take it quadratic time. Of 23,000 real blocks, none needs more than 22,000 units.
 */
class BoundedReader {
  readonly #text: string;
  #left: number;

  constructor(text: string) {
    this.#text = text;
    this.#left = 5_000_000 + 4 * text.length;
  }

  /** Whether the parser has read so much that the rest was kept from it: its tree says nothing. */
  get isTired(): boolean {
    return this.#left < 0;
  }

  read(offset: number): string | undefined {
    const chunk = this.#text.slice(offset, offset + CHUNK);
    this.#left -= chunk.length;
    return this.isTired ? undefined : chunk;
  }
}

/** Parentheses that may be open at once. Thousands of `X=(` on a line take the grammar quadratic time, and nobody writes them. */
const MAX_OPEN = 1_000;

function opensWithoutEnd(text: string): boolean {
  let open = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    if (code === 40) open++;
    // The pattern of a `case` closes what nothing has opened.
    else if (code === 41 && open > 0) open--;
    if (open > MAX_OPEN) return true;
  }
  return false;
}

/** A here-document's start, and the word that ends it. */
const DOCUMENT_START = /(?<!<)<<-?[ \t]*(["']?)([A-Za-z_]\w*)\1/g;

/**
 * The text with an end for each here-document that has none: a block that a list item cuts off in the middle. Without one
 * the grammar takes the whole statement around it for an error.
 */
function withEndedDocuments(text: string): string {
  if (!text.includes('<<')) return text;
  const lines = new Set(text.split('\n').map(line => line.trim()));
  const open = new Set<string>();
  for (const match of text.matchAll(DOCUMENT_START)) if (!lines.has(match[2]!)) open.add(match[2]!);
  return open.size === 0 ? text : `${text}\n${[...open].join('\n')}\n`;
}

/** The grammar takes the `/` of `[ -d / ] && X=1` for a division; a letter in its place is a path as well. */
function withoutLoneSlashes(text: string): string {
  return text.replace(/(\[ +-[a-zA-Z] +)\/(?= +\])/g, '$1Q');
}

/**
 * The grammar overlooks the end of a line with several assignments: it takes `A=1 B=2` and the next line's command for one
 * command with two prefixes.
 * @returns the offset behind the last assignment of each such line, in order
 */
function unseenLineEnds(root: SyntaxNode, text: string): readonly number[] {
  const ends: number[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'command') {
      node.children.forEach((child, index) => {
        if (child.type !== 'variable_assignment') return;
        let at = index + 1;
        while (node.children[at]?.type === 'comment') at++;
        const next = node.children[at];
        if (next === undefined) return;
        const gap = text.slice(child.end, next.start).replace(/\\\r?\n/g, '');
        if (gap.includes('\n')) ends.push(child.end);
      });
    }
    node.children.forEach(visit);
  };
  visit(root);
  return ends;
}

/** The same text with `;` in place of the white space at some offsets: no position moves. */
function withSemicolons(text: string, offsets: readonly number[]): string {
  let result = '';
  let from = 0;
  for (const offset of offsets) {
    result += `${text.slice(from, offset)};`;
    from = offset + 1;
  }
  return result + text.slice(from);
}

const EMPTY: SyntaxNode = {
  type: 'program',
  start: 0,
  end: 0,
  named: true,
  field: undefined,
  missing: false,
  children: [],
};

/**
 * Nesting beyond this depth becomes an `ERROR` without children: whoever walks the tree recurses, and hostile text may nest
 * `$(…)` without end. People stay below thirty.
 */
const MAX_DEPTH = 200;

/** Sums and conditions nest by one level for each operator: their depth is no nesting, but a walk recurses all the same. */
const CHAINED = 'binary_expression';
const MAX_CHAIN = 1_000;

/** What all nodes of one kind have in common. */
interface NodeKind {
  readonly type: string;
  readonly named: boolean;
}

const ERROR: NodeKind = { type: 'ERROR', named: true };

/**
 * The kinds of nodes by their numbers. Each question that a cursor answers is a call into WASM for which it is written to its
 * memory and read again; a few thousand files have a million nodes, and what the number tells need not be asked.
 */
function nodeKinds(language: Language): (id: number) => NodeKind {
  const kinds = Array.from({ length: language.nodeTypeCount }, (_, id): NodeKind => {
    const type = language.nodeTypeForId(id);
    return type === null ? ERROR : { type, named: language.nodeTypeIsNamed(id) };
  });
  return id => kinds[id] ?? ERROR;
}

type KindOf = (id: number) => NodeKind;

function copy(cursor: TreeCursor, kindOf: KindOf, depth = 0, chain = 0): SyntaxNode {
  if (depth > MAX_DEPTH || chain > MAX_CHAIN) return nodeAt(cursor, ERROR, NO_CHILDREN);
  const kind = kindOf(cursor.nodeTypeId);
  // A token is a leaf.
  if (!kind.named) return nodeAt(cursor, kind, NO_CHILDREN);
  const { type } = kind;
  const inner = type === CHAINED ? depth : depth + 1;
  const children: SyntaxNode[] = [];
  if (type === 'list') copyList(cursor, kindOf, inner, chain, children);
  else if (cursor.gotoFirstChild()) {
    do children.push(copy(cursor, kindOf, inner, type === CHAINED ? chain + 1 : chain));
    while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return nodeAt(cursor, kind, type === 'redirected_statement' ? withHereStrings(children) : children);
}

/** Behind a compound command, the grammar takes `<<<` for an error, `<<`, and a redirection from a file. */
function withHereStrings(children: readonly SyntaxNode[]): readonly SyntaxNode[] {
  const isStart = (node: SyntaxNode | undefined, next: SyntaxNode | undefined) =>
    node?.type === 'ERROR' &&
    node.children.length === 1 &&
    node.children[0]!.type === '<<' &&
    next?.type === 'file_redirect' &&
    next.start === node.end &&
    next.children[0]?.type === '<';
  return children.flatMap((child, index) => {
    if (isStart(child, children[index + 1])) return [];
    const previous = children[index - 1];
    if (previous === undefined || !isStart(previous, child)) return [child];
    const [sign, ...word] = child.children;
    const start = previous.start;
    return [
      { ...child, type: 'herestring_redirect', start, children: [{ ...sign!, type: '<<<', start }, ...word] },
    ];
  });
}

const NO_CHILDREN: readonly SyntaxNode[] = [];

function nodeAt(cursor: TreeCursor, { type, named }: NodeKind, children: readonly SyntaxNode[]): SyntaxNode {
  const start = cursor.startIndex;
  const end = cursor.endIndex;
  return {
    type,
    start,
    end,
    named,
    field: cursor.currentFieldName ?? undefined,
    // What is not there has no length.
    missing: start === end && cursor.nodeIsMissing,
    children,
  };
}

/** `a && b || c` is a list in a list: copied as one list with all its commands and operators, however long it is. */
function copyList(
  cursor: TreeCursor,
  kindOf: KindOf,
  depth: number,
  chain: number,
  children: SyntaxNode[],
): void {
  let lists = 1;
  if (!cursor.gotoFirstChild()) return;
  while (cursor.nodeType === 'list' && cursor.gotoFirstChild()) lists++;
  children.push(copy(cursor, kindOf, depth, chain));
  for (; lists > 0; lists--) {
    while (cursor.gotoNextSibling()) children.push(copy(cursor, kindOf, depth, chain));
    cursor.gotoParent();
  }
}
