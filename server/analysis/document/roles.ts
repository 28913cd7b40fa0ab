import type { Block, CommandDocument, Heading } from './commandDocument';
import { belowPlace, isInvoked } from './commandMarkdown';
import { headingsAbove } from './headings';

/** What a block is for. Only a step is executed as it stands. */
export type BlockRoleKind = 'step' | 'example' | 'scriptFile' | 'configuration' | 'output';

export interface BlockRole {
  readonly kind: BlockRoleKind;
  /** Why the block was taken for that, as a part of a sentence that begins with "because". */
  readonly reason: string;
}

/** A block with what stands around it. */
interface Surroundings {
  readonly block: Block;
  /** The headings that the block stands under, the nearest first. */
  readonly headings: readonly Heading[];
  /** The last lines of prose above the block, the nearest first, without empty ones. */
  readonly prose: readonly string[];
  /** True where a tag such as `<step>` or `<process>` is open around the block. */
  readonly inStepTag: boolean;
  /** The words of comparisons that label something in the document. */
  sides(): ReadonlySet<string>;
  /** True for a command or an agent, which a host runs by its name: its title says what it does, not what it collects. */
  readonly isCommand: boolean;
  /** True where the document lies at a place, or has a name, of texts that people read. */
  readonly isReference: boolean;
}

interface Signal {
  readonly role: BlockRoleKind;
  readonly reason: string;
  test(surroundings: Surroundings): boolean;
}

/**
 * What tells a block's role: the first signal that fits decides. Each stands for a habit of authors that was seen in many
 * repositories; none names a file.
 */
const SIGNALS: readonly Signal[] = [
  {
    role: 'scriptFile',
    reason: 'it starts with #!',
    test: ({ block }) => /^\s*#!/.test(block.text),
  },
  {
    // The body of a hook: in a block, standard input is /dev/null.
    role: 'scriptFile',
    reason: 'it reads its standard input like a hook',
    test: ({ block }) => /^\s*(?:#[^\n]*\n\s*)*(?:\w+=)?"?\$\(cat(?:\s+-)?\)/.test(block.text),
  },
  {
    role: 'scriptFile',
    reason: 'the text above says which file to put it in',
    test: ({ prose }) => PUT_INTO_FILE.test(prose[0] ?? ''),
  },
  {
    role: 'output',
    reason: 'the text above calls it output',
    test: ({ prose }) => isLabel(prose[0], OUTPUT_LABEL),
  },
  {
    role: 'example',
    reason: 'a comment in it marks it as good or bad',
    test: ({ block }) => MARKED_COMMENT.test(block.text),
  },
  {
    role: 'example',
    reason: 'the text above calls it an example, or one side of a comparison',
    test: ({ prose }) => isLabel(prose[0], EXAMPLE_LABEL) || /^\W*[❌✅✓✗👍👎]/u.test(prose[0] ?? ''),
  },
  {
    role: 'example',
    reason: 'it stands under a heading of examples',
    test: ({ headings }) =>
      headings.some(({ text, level }) => level > 1 && EXAMPLE_HEADING.test(plain(text))),
  },
  {
    role: 'example',
    reason: 'it is one side of a comparison',
    test: ({ headings, prose, sides }) =>
      [prose[0] ?? '', ...headings.flatMap(({ text, level }) => (level > 1 ? [text] : []))].some(line => {
        const side = TWO_SIDED.exec(plain(line))?.[1]?.toLowerCase() ?? '';
        return OTHER_SIDES.get(side)?.some(other => sides().has(other)) === true;
      }),
  },
  {
    role: 'step',
    reason: 'it stands under a numbered step',
    test: ({ headings }) => headings.some(({ text, level }) => level > 1 && STEP_HEADING.test(plain(text))),
  },
  {
    role: 'step',
    reason: 'it stands in a tag that groups steps',
    test: ({ inStepTag }) => inStepTag,
  },
  {
    role: 'step',
    reason: 'the text above says to run it',
    test: ({ prose }) => prose.slice(0, 2).some(line => RUN_IT.test(line)),
  },
  {
    role: 'example',
    reason: 'it stands under a heading of patterns, syntax or reference',
    test: ({ headings, isCommand }) =>
      headings.some(({ text, level }) => (level > 1 || !isCommand) && REFERENCE_HEADING.test(plain(text))),
  },
  {
    role: 'example',
    reason: 'the file is a reference for people, and nothing says that this is a step',
    test: ({ isReference }) => isReference,
  },
  {
    role: 'configuration',
    reason: 'it only exports credentials and settings',
    test: ({ block }) => isSettings(block.text),
  },
];

/** "Output:", "Expected output", "Response (JSON)"; "Response extraction" is a step. */
const OUTPUT_LABEL =
  /^(?:expected |sample |example )?(?:output|response|result)s?\b(?:\s*\([^)]*\))?\s*(?::|$)/i;

const PUT_INTO_FILE =
  /\b(?:add|append|configure|copy|create|edit|enable|insert|paste|put|save|set|write)\b.{0,60}(?:\.(?:sh|bash|zsh|bats|env|envrc)\b|\.?(?:bashrc|zshrc|bash_profile|profile)\b|\b(?:hook|script) (?:file|template)\b).{0,30}:\W*$/i;

const MARKED_COMMENT =
  /^[ \t]*#+[ \t]*(?:[❌✅✗✓]|(?:bad|good|wrong|right|correct|incorrect|don'?t|before|after|instead of|anti-?pattern)\b\s*(?:[:(—–-]|$))/imu;

/** One side of a comparison: the word alone, or with a sign behind it. "After the merge, run:" is none. */
const SIDE = String.raw`(?:bad|good|wrong|right|correct|incorrect|instead|problematic)\b\s*(?:[:(/*—–-]|$)`;

/** Words that are a side only where the document has the other side too: `# New` alone is a command's title. */
const TWO_SIDED = /^(before|after|old|new|problem|solution)\b\s*(?:[:(/*—–-]|$)/i;

const OTHER_SIDES: ReadonlyMap<string, readonly string[]> = new Map([
  ['before', ['after']],
  ['after', ['before']],
  ['old', ['new']],
  ['new', ['old']],
  ['problem', ['solution', 'after']],
  ['solution', ['problem']],
]);

const EXAMPLE_LABEL = new RegExp(
  String.raw`^(?:(?:usage|[\w /-]{0,30}\bexamples?|anti-?pattern|what (?:it|this) does|how (?:it|this) works)\b|${SIDE}|(?:avoid|never|don'?t|do not)\b.{0,40}$)`,
  'i',
);

const EXAMPLE_HEADING = new RegExp(
  String.raw`^(?:\d+[.)]?\s*)?(?:(?:[\w ]{0,40}\bexamples?|usage|anti-?patterns?|common (?:mistakes|pitfalls)|pitfalls)\b(?!.*\bstep\b)|${SIDE})|\bexamples?$`,
  'i',
);

const STEP_HEADING =
  /\b(?:step|phase|stage|part|block|checkpoint|gate|task)\s*#?(?:\d|[a-z]?\d|[ivx]+\b|[a-z]\b)|\bexecution (?:flow|steps)\b/i;

const RUN_IT = /\bexecute now\b|\b(?:run|execute)\b.{0,60}:\W*$|\bbash (?:block|tool)\b/i;

const REFERENCE_HEADING =
  /\b(?:best practices|patterns?|troubleshooting|failure modes|common (?:issues|problems|errors)|cheat ?sheet|quick reference|syntax|recipes?|cookbook|idioms?|strategies|(?:api|command|language) reference)\b/i;

/** Folders and names of texts that explain: what they show is run by nobody unless they say so. */
const REFERENCE_PLACE =
  /(?:^|\/)(?:docs?|guides?|examples?|templates?|tutorials?|architecture|concepts?|standards?|patterns?|canonical|context)\/|(?:^|\/)(?:readme|contributing|changelog|claude|agents|gemini)\.md$|(?:guide|-reference|tutorial|template|cheat-?sheet|patterns?|examples?)\.md$/i;

const STEP_TAG =
  /^(?:step|process|workflow|execution|execution_flow|task|phase|stage|action|instructions?)$/i;

/** Tags that are open at once; a document with more never closes them. */
const MAX_TAGS = 64;

const DEFAULT_ROLE: BlockRole = { kind: 'step', reason: 'nothing says otherwise' };

/** Where a document lies, which says whom it is for. */
export interface DocumentPlace {
  /** Relative to the project, with `/` between its parts. */
  readonly path: string;
  /** Who says that it is command markdown: its place (the default), the user's configuration, or who named just this file. */
  readonly source?: DocumentSource;
}

export type DocumentSource = 'found' | 'named' | 'configured';

/** A text in a place of references with fewer blocks than this is a procedure where somebody names it. */
const SHORT = 8;

/** The role of each block. */
export function rolesOf(
  document: CommandDocument,
  { path, source = 'found' }: DocumentPlace,
): readonly BlockRole[] {
  const isCommand = isInvoked(path);
  const isVouched = source === 'configured' || (source === 'named' && document.blocks.length < SHORT);
  const isReference = !isVouched && !isCommand && REFERENCE_PLACE.test(belowPlace(path));
  const headings = headingsAbove(document.headings);
  let known: ReadonlySet<string> | undefined;
  const sides = () => {
    known ??= sidesIn(document);
    return known;
  };
  const tags = openTags(document);
  return document.blocks.map(block => {
    const told = directiveFor(document, block);
    if (told !== undefined) return told;
    const surroundings: Surroundings = {
      block,
      headings: headings(block.openLine),
      prose: proseAbove(document, block),
      inStepTag: tags(block.openLine).some(tag => STEP_TAG.test(tag)),
      sides,
      isCommand,
      isReference,
    };
    const signal = SIGNALS.find(({ test }) => test(surroundings));
    return signal === undefined ? DEFAULT_ROLE : { kind: signal.role, reason: signal.reason };
  });
}

/** `<!-- crossblock: step -->` and `<!-- crossblock: example -->` speak of the next block. */
function directiveFor(document: CommandDocument, block: Block): BlockRole | undefined {
  const previous = document.blocks[block.number - 2]?.openLine ?? -1;
  const directive = document.directives.findLast(
    ({ kind, line }) => (kind === 'step' || kind === 'example') && line < block.openLine && line > previous,
  );
  if (directive === undefined) return undefined;
  return {
    kind: directive.kind as 'step' | 'example',
    reason: `<!-- crossblock: ${directive.kind} --> says so`,
  };
}

/** Up to three lines of prose above a block, the nearest first; what stands in other blocks is none. */
function proseAbove(document: CommandDocument, block: Block): readonly string[] {
  const prose: string[] = [];
  for (let line = block.openLine - 1; line >= 0 && prose.length < 3 && line > block.openLine - 8; line--) {
    const text = document.lines[line]!.trim();
    if (/^[>\s]*(?:`{3,}|~{3,})/.test(text)) break;
    // The title names the document, and labels no block.
    if (/^#\s/.test(text)) break;
    if (text !== '' && !text.startsWith('<!--') && !/^<\/?[\w.-]+[^<>]*>$/.test(text)) prose.push(text);
    if (/^#{2,6}\s/.test(text)) break;
  }
  return prose;
}

/** The words of comparisons with which a line of the document begins. */
function sidesIn({ lines }: CommandDocument): ReadonlySet<string> {
  return new Set(lines.flatMap(line => TWO_SIDED.exec(plain(line))?.[1]?.toLowerCase() ?? []));
}

/** A line that labels what follows: short, or ending in a colon. */
function isLabel(line: string | undefined, label: RegExp): boolean {
  if (line === undefined) return false;
  const text = plain(line);
  return label.test(text) && (text.length <= 40 || (text.length <= 90 && /:\s*$/.test(text)));
}

/** Text without the marks of Markdown around it. */
function plain(text: string): string {
  const head = /^(?:[\s>#*_`•-]|\d{1,4}[.)]\s)*/u.exec(text)?.[0].length ?? 0;
  let end = text.length;
  while (end > head && ' \t*_`'.includes(text[end - 1]!)) end--;
  return text.slice(head, end);
}

function isSettings(text: string): boolean {
  const lines = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'));
  return (
    lines.length > 0 &&
    lines.every(line => /^export [A-Za-z_]\w*=(?!.*\$\()/.test(line)) &&
    lines.some(line =>
      /^export \w*(?:TOKEN|KEY|SECRET|PASSWORD|PASS|CREDENTIALS?|ACCOUNT|ORG|HOST|URL|ENDPOINT|REGION|PROFILE)\b/.test(
        line,
      ),
    )
  );
}

/** Answers which tags are open at a line, to be asked for lines in their order; tags in blocks do not count. */
function openTags(document: CommandDocument): (line: number) => readonly string[] {
  const events: { readonly line: number; readonly open: readonly string[] }[] = [];
  const inBlock = new Set(
    document.blocks.flatMap(block => range(block.openLine, block.closeLine ?? document.lines.length)),
  );
  let open: readonly string[] = [];
  document.lines.forEach((text, line) => {
    const tag = inBlock.has(line) ? null : /^\s*<(\/?)([A-Za-z][\w.-]*)(?:\s[^<>]*)?>/.exec(text);
    if (tag === null) return;
    const [, slash, name] = tag as unknown as [string, string, string];
    if (slash === '/') {
      const index = open.lastIndexOf(name);
      if (index >= 0) open = open.slice(0, index);
    } else if (open.length < MAX_TAGS && !text.includes(`</${name}>`) && !tag[0].endsWith('/>'))
      open = [...open, name];
    events.push({ line, open });
  });
  let next = 0;
  return line => {
    while (next < events.length && events[next]!.line < line) next++;
    return events[next - 1]?.open ?? [];
  };
}

function range(start: number, end: number): readonly number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);
}
