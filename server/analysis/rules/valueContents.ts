import type { AnalysedBlock } from '../flow/documentFlow';
import type { Define } from '../shell/script';
import { withoutQuotes } from '../shell/words';
import { expansionsIn } from '../shell/writtenValues';

/** What a value may hold: one plain word, a path (which may have a space in it), or any text. */
export type Content = 'word' | 'path' | 'text';

const ORDER: readonly Content[] = ['word', 'path', 'text'];

function worst(contents: readonly Content[]): Content {
  return ORDER[Math.max(0, ...contents.map(content => ORDER.indexOf(content)))]!;
}

/** Names whose values are one word, whatever the document: of the shell and the host, and as authors name things. */
const WORD_NAMES =
  /^(?:RANDOM|SRANDOM|SECONDS|BASHPID|EPOCH\w+|PPID|UID|EUID|HOSTNAME|CLAUDE_(?:CODE_)?SESSION_ID|CLAUDE_PID)$|(?:^|_)(?:id|pid|num|number|count|port|sha|hash|commit|timestamp|ts|date|time|epoch|status|state|version|branch|complexity|level|phase|iteration|index|size|total|flag|mode|type|enabled|exists|slug)$/i;
const PATH_NAMES =
  /^(?:HOME|PWD|OLDPWD|TMPDIR)$|(?:^|_)(?:dir|directory|path|file|folder|root|home|log|worktree)s?$/i;

/** What can be told from a name alone. */
function guess(name: string): Content {
  return WORD_NAMES.test(name) ? 'word' : PATH_NAMES.test(name) ? 'path' : 'text';
}

/** A command's beginning tells what it prints; UTF-16 units. */
const MAX_COMMAND = 300;

/** What commands print, by the text of the last one of a pipeline; the first line that fits decides. */
const OUTPUTS: readonly { readonly command: RegExp; readonly content: Content }[] = [
  { content: 'word', command: /^(?:wc|mktemp|uuidgen|nproc|hostname|whoami|id|uname|seq|expr|bc|stat)\b/ },
  // A format in quotes may have a space in it; without a format, there are spaces.
  { content: 'word', command: /^date\b.*(?:\s["']?\+[^\s]+$|-I|--iso)/ },
  {
    content: 'path',
    command:
      /^(?:basename|dirname|find|ls|pwd|readlink|realpath)\b|^cd\b|^git\b.{0,200}--(?:show-toplevel|\S{0,40}git-\w{0,20}dir)\b/,
  },
  {
    content: 'word',
    command: /^git\b.*\b(?:rev-parse|--show-current|rev-list|symbolic-ref|merge-base|describe|hash-object)\b/,
  },
  { content: 'word', command: /^grep\b.*\s-\w*c/ },
  { content: 'word', command: /^tr\s+(?:-[^\Wc]*c\w*d|-[^\Wd]*d\w*c|-\w*d\s+'?\[:space|-\w*s?\s*' ')/ },
  { content: 'word', command: /^cut\b.*-d\s*(?:' '|" "|\\ )/ },
  { content: 'word', command: /^(?:g|m)?awk\s+'\s*(?:\S+\s*)?\{\s*print \$\(?\d+\)?;?\s*(?:exit\s*)?\}'/ },
  { content: 'word', command: /^sed\b.*\[\^/ },
  {
    content: 'word',
    command: /^(?:jq|gh)\b.*(?:\blength\b|\.\w*(?:id|number|count|sha|oid|state|status|version)\b)/i,
  },
  { content: 'word', command: /^printf\s+["']?%(?:0?\d*d|q)["']?\s/ },
];

/** How deep expansions in expansions are read. */
const MAX_DEPTH = 8;

/** `for x in a b; do`: each value is one of the author's own words. */
const LITERAL_LOOP = /^\w+\s+in\s+(?=\S)[\w ./:@+-]+[;\n]/;

/** What the values of a block's expansions may hold, as far as its text tells. Each name is followed once. */
export class ValueContents {
  readonly #block: AnalysedBlock;
  readonly #names = new Map<string, Content>();

  constructor(block: AnalysedBlock) {
    this.#block = block;
  }

  /** @param expansion as written, e.g. `$X`, `${X:-y}` or `$(cmd)` */
  of(expansion: string, depth = 0): Content {
    if (depth > MAX_DEPTH) return 'text';
    if (/^\$\(\(/.test(expansion) || /^\$[?#$!]$/.test(expansion)) return 'word';
    if (expansion.startsWith('$(')) return this.#output(expansion.slice(2, -1), depth);
    if (expansion.startsWith('`')) return this.#output(expansion.slice(1, -1), depth);
    const match = /^\$(?:(\w+|[@*])|\{(#?)(\w+)(?!\w)([\s\S]*)\})$/.exec(expansion);
    if (match === null) return 'text';
    const operation = match[4] ?? '';
    // Lengths are numbers; `@Q` and a pattern that keeps only some characters make words.
    if (match[2] === '#' || operation === '@Q' || /^\/\/(?:\[\^| \/)/.test(operation)) return 'word';
    const operand = /^:?[-=+]([\s\S]*)$/.exec(operation)?.[1];
    const value = this.#name(match[1] ?? match[3]!, depth);
    return operand === undefined ? value : worst([value, this.#word(operand, depth + 1)]);
  }

  #name(name: string, depth: number): Content {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    // A name that is made of itself adds nothing to what else it is made of.
    this.#names.set(name, 'word');
    const content = this.#nameOnce(name, depth);
    this.#names.set(name, content);
    return content;
  }

  #nameOnce(name: string, depth: number): Content {
    if (/^(?:\d+|[@*]|ARGUMENTS)$/.test(name)) return 'text';
    const { end } = this.#block.flow;
    const definitions = end.names.get(name)?.definitions ?? [];
    if (definitions.length > 0) return worst(definitions.map(define => this.#definition(define, depth)));
    // Where the block gives it no value, the value is lost: that is another finding.
    const hasValue = end.names.has(name) || end.open.variables || PATH_NAMES.test(name);
    return hasValue ? guess(name) : 'word';
  }

  #definition({ name, form, value, array, span, statement }: Define, depth: number): Content {
    const { text } = this.#block.block;
    if (form === 'arithmetic') return 'word';
    if (form === 'loop' && LITERAL_LOOP.test(text.slice(span.start, statement.end))) return 'word';
    if (array || value === undefined) return guess(name);
    const content = this.#word(text.slice(value.span.start, value.span.end), depth + 1);
    // What the text does not tell is often told by the name.
    return content === 'text' ? guess(name) : content;
  }

  /** A word with its quotes: what its expansions may hold, and what the author has put there himself. */
  #word(word: string, depth: number): Content {
    if (depth > MAX_DEPTH) return 'text';
    const inner = withoutQuotes(word);
    if (word.startsWith("'")) return plain(inner);
    const { rest, expansions } = expansionsIn(inner);
    return worst([plain(rest), ...[...new Set(expansions)].map(part => this.of(part, depth + 1))]);
  }

  /** What a command in `$( … )` may print; each way out with `||` may be taken. */
  #output(command: string, depth: number): Content {
    return worst(
      command.split('||').map(way => {
        const last = way
          .split(/&&|[;\n|]/)
          .at(-1)!
          .trim();
        const echoed = /^echo\s+(?!-)([\s\S]*)$/.exec(last)?.[1];
        if (echoed !== undefined) return this.#word(echoed.trim(), depth + 1);
        if (/^(?:true|:|exit\b.*|return\b.*)$/.test(last)) return 'word';
        return OUTPUTS.find(entry => entry.command.test(last.slice(0, MAX_COMMAND)))?.content ?? 'text';
      }),
    );
  }
}

function plain(text: string): Content {
  return /[\s;&|<>()`$"']/.test(text.trim()) ? 'text' : 'word';
}
