import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { BlockFlow, UsedPath } from '../flow/blockFlow';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { describePath, pathKeyOf, type Symbolic, shapeKeyOf } from '../flow/symbolic';
import { kept } from '../kept';
import type { Span } from '../text';
import { startsElsewhere } from './directories';
import { fileName, placeIn, type Rule, readingBlocks, steps } from './rule';

/** A state file that is written to one place and looked for in another. */
export const statePathMismatch: Rule = {
  name: 'state-path-mismatch',
  summary:
    'A state file is looked for here in another place than the one that an earlier block writes it to.',
  page: {
    severity: 'Warning.',
    why: 'A state file hands a value over only if both blocks mean the same path. `$HOME/.claude/tmp` is not `$CLAUDE_PROJECT_DIR/.claude/tmp`, and a file in /tmp is not the one of that name in the project: the block that reads finds nothing, or what another run left there.',
    example: steps(
      'mkdir -p "$HOME/.claude/tmp"\necho "$(date +%F)" > "$HOME/.claude/tmp/report_day.txt"',
      'cat "$(git rev-parse --show-toplevel)/.claude/tmp/report_day.txt"',
    ),
    useInstead: steps(
      'mkdir -p "$HOME/.claude/tmp"\necho "$(date +%F)" > "$HOME/.claude/tmp/report_day.txt"',
      'cat "$HOME/.claude/tmp/report_day.txt"',
    ),
    fix: 'Write the path the same way in both blocks.',
    references: ['https://code.claude.com/docs/en/skills'],
  },
  *check(flow) {
    const places = placesIn(flow);
    if (places === undefined) return;
    const told = new Set<string>();
    for (const block of readingBlocks(flow)) {
      for (const use of block.flow.usedPaths) {
        const key = placeKey(use.path);
        if (!use.reads || use.creates || told.has(key) || places.touched.has(key)) continue;
        if (startsElsewhere(block, use)) continue;
        const writers = places.written.get(nameOf(use.path) ?? '') ?? [];
        const writer = writers.find(
          other =>
            other.block.block.number < block.block.number &&
            !places.read.has(placeKey(other.path)) &&
            isMeant(other.path, use.path) &&
            !flow.areAlternatives(other.block.block, block.block),
        );
        if (writer === undefined) continue;
        told.add(key);
        yield report(flow, block, use, writer);
      }
    }
  },
};

interface Writer {
  readonly block: AnalysedBlock;
  readonly path: Symbolic;
  readonly span: Span;
}

interface Places {
  /** What steps write in words that the text shows, by the file's name. */
  readonly written: ReadonlyMap<string, readonly Writer[]>;
  /** Paths that some block writes to, makes or may change. */
  readonly touched: ReadonlySet<string>;
  /** Paths that some block looks at. */
  readonly read: ReadonlySet<string>;
}

/** Undefined where no step writes a file that another one could mean. */
function placesIn(flow: DocumentFlow): Places | undefined {
  const written = writersByName(flow);
  if (written.size === 0) return undefined;
  const touched = new Set<string>();
  const read = new Set<string>();
  for (const { flow: own } of flow.blocks) {
    for (const effect of own.fileEffects) if (effect.kind !== 'load') touched.add(placeKey(effect.path));
    for (const use of [...own.usedPaths, ...own.testedPaths])
      (use.creates ? touched : read).add(placeKey(use.path));
  }
  return { written, touched, read };
}

/** The files that a block writes at a place that is known, with their names. */
const namedWrites = kept(({ fileEffects }: BlockFlow) =>
  fileEffects.flatMap(effect => {
    if (effect.kind !== 'write' || rootOf(effect.path) === undefined) return [];
    const name = nameOf(effect.path);
    return name === undefined ? [] : [{ name, effect }];
  }),
);

function writersByName(flow: DocumentFlow): ReadonlyMap<string, readonly Writer[]> {
  const written = new Map<string, Writer[]>();
  for (const block of flow.blocks) {
    if (!isStep(block)) continue;
    for (const { name, effect } of namedWrites(block.flow)) {
      if (startsElsewhere(block, effect)) continue;
      const writer = { block, path: effect.path, span: effect.span };
      written.set(name, [...(written.get(name) ?? []), writer].slice(0, MAX_WRITERS));
    }
  }
  return written;
}

/** Writers of one name that are compared: a document with more of them has no one file in mind. */
const MAX_WRITERS = 8;

/** The path as seen from the project, where blocks run; what is made anew in each block is another rule's question. */
function placeKey(path: Symbolic): string {
  const [first, ...rest] = path;
  if (first?.kind !== 'project') return shapeKeyOf(path);
  return shapeKeyOf(rest).replace(/^\/+/, '');
}

/** The file's name, where it is known and says more than what kind of file it is. */
function nameOf(path: Symbolic): string | undefined {
  const last = path[path.length - 1];
  if (last?.kind !== 'text') return undefined;
  const key = pathKeyOf(path);
  const name = fileName(key);
  const isSpecific = /^(?=[\w.-]+$).*?[\w-]{6}/.test(name.replace(/\.\w+$/, ''));
  return isSpecific && !COMMON_NAMES.test(name) ? name : undefined;
}

/** Names that many folders of one project have. */
const COMMON_NAMES =
  /^(?:package|tsconfig|settings|config|README|CLAUDE|AGENTS|index|manifest|metadata|summary|results?|output|report|state|status|plan|SKILL|CHANGELOG|requirements|history|version)(?:[.-]\w+)*$/i;

/**
 * Whether a path may be meant by another one of the same name: they differ in where they begin (home, project, /tmp), and
 * are known but for that.
 */
function isMeant(written: Symbolic, read: Symbolic): boolean {
  const [a, b] = [rootOf(written), rootOf(read)];
  return a !== undefined && b !== undefined && a !== b;
}

function rootOf(path: Symbolic): string | undefined {
  if (path.some(({ kind }) => kind === 'unknown' || kind === 'argument' || kind === 'wildcard'))
    return undefined;
  const [first] = path;
  if (first === undefined) return undefined;
  if (first.kind !== 'text') return first.kind;
  if (!first.text.startsWith('/')) return 'project';
  return /^\/(?:dev\/shm|var\/tmp|tmp)\//.exec(first.text)?.[0];
}

function report(flow: DocumentFlow, block: AnalysedBlock, use: UsedPath, writer: Writer): Finding {
  const span = documentSpan(writer.block.block, writer.span);
  const number = writer.block.block.number;
  return {
    rule: 'state-path-mismatch',
    severity: 'warning',
    name: use.name,
    message: `Nothing writes ${describePath(use.path)}: ${placeIn(flow, writer.block, writer.span)} writes ${describePath(writer.path)}, another file; use one path in both blocks`,
    block: block.block.number,
    span: documentSpan(block.block, use.span),
    definition: { block: number, span, message: `block ${number} writes the file of that name here` },
  };
}
