import type { Block, CommandDocument, Heading } from './commandDocument';
import { belowPlace, isInvoked } from './commandMarkdown';
import { headingsAbove } from './headings';
import { boldAbove } from './labels';
import { openTags, type TagsAtLine } from './openTags';
import { isInCutTemplate } from './templates';

/** What a block is for. Only a step is executed as it stands. */
export type BlockRoleKind = 'step' | 'example' | 'scriptFile' | 'configuration' | 'output';

export interface BlockRole {
  readonly kind: BlockRoleKind;
  /** Why the block was taken for that, as a part of a sentence that begins with "because". */
  readonly reason: string;
  /** True in a text that people read: what is lost there is worth telling, and breaks nobody's run. */
  readonly isForPeople?: boolean;
}

/** What stands around a block: an edit within a block leaves it as it is. */
export interface Surroundings {
  /** What a directive above the block says that it is. */
  readonly told: BlockRole | undefined;
  /** The headings that the block stands under, the nearest first. */
  readonly headings: readonly Heading[];
  /** The bold lines above the block, back to the next heading or rule: some authors write headings like that. */
  readonly labels: readonly string[];
  /** The last lines of prose above the block, the nearest first, without empty ones. */
  readonly prose: readonly string[];
  /** True where a tag such as `<step>` or `<process>` is open around the block. */
  readonly inStepTag: boolean;
  /** The words of comparisons that label something in the document. */
  sides(): ReadonlySet<string>;
  /** True for a command or an agent, which a host runs by its name: its title says what it does, not what it collects. */
  readonly isCommand: boolean;
  /** True where the document lies at a place, or has a name or a title, of texts that people read. */
  readonly isReference: boolean;
  /** True in a host's own documentation: its numbered steps tell people what a command does, or what they do themselves. */
  readonly isDocumentation: boolean;
  /** True where the file begins with a word that others have taken its place. */
  readonly isDeprecated: boolean;
  /** True in a Markdown template of which a fence out of step shows only the beginning. */
  readonly inCutTemplate: boolean;
}

interface Signal {
  readonly role: BlockRoleKind;
  readonly reason: string;
  test(placed: Surroundings & { readonly block: Block }): boolean;
}

/** The first command of a block: one part behind the slash, for `/usr/bin/env` is a path. */
const SLASH_COMMAND = /^\s*(?:#[^\n]*\n\s*)*\/[a-z][\w.:-]*(?=\s|$)/;

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
    role: 'scriptFile',
    reason: 'its first comment names the file or the command that it belongs to',
    test: ({ block }) => BELONGS_ELSEWHERE.test(block.text),
  },
  {
    // `/create-prompt "Research: $GOAL"`: the agent puts the value in, and no shell ever sees it.
    role: 'example',
    reason: 'it begins with a slash command, which the agent takes and no shell',
    test: ({ block }) => SLASH_COMMAND.test(block.text),
  },
  {
    role: 'output',
    reason: 'the text above calls it output',
    test: ({ prose }) => isLabel(prose[0], OUTPUT_LABEL),
  },
  {
    role: 'example',
    reason: 'a comment in it marks it as good or bad',
    test: ({ block }) => MARKED_COMMENT.test(block.text) || MARKED_BEHIND.test(block.text),
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
    role: 'configuration',
    reason: "it writes into the start file of the user's shell",
    test: ({ block }) => WRITES_START_FILE.test(block.text),
  },
  {
    role: 'example',
    reason: 'a branch of it holds only comments, which no shell accepts',
    test: ({ block }) => EMPTY_BRANCH.test(block.text),
  },
  {
    role: 'example',
    reason: 'the file says that it is deprecated',
    test: ({ isDeprecated }) => isDeprecated,
  },
  {
    role: 'example',
    reason: 'it stands in a template whose fences do not pair',
    test: ({ inCutTemplate }) => inCutTemplate,
  },
  {
    role: 'example',
    reason: 'the heading calls it legacy',
    test: ({ headings }) => headings.some(({ text, level }) => level > 1 && LEGACY.test(plain(text))),
  },
  {
    role: 'example',
    reason: 'it stands in a list of features',
    test: ({ headings }) =>
      headings.some(({ text, level }) => level === 2 && FEATURE_HEADING.test(plain(text))),
  },
  {
    role: 'step',
    reason: 'it stands under a numbered step',
    test: ({ headings, isDocumentation }) =>
      headings.some(
        ({ text, level }) =>
          level > 1 && (isDocumentation ? EXECUTION_HEADING : STEP_HEADING).test(plain(text)),
      ),
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
    reason: 'it stands under a label of troubleshooting or of failures',
    test: ({ labels }) => labels.some(label => TROUBLE_LABEL.test(plain(label))),
  },
  {
    role: 'example',
    reason: 'the file is a reference for people, and nothing says that this is to be run',
    test: ({ isReference }) => isReference,
  },
  {
    role: 'configuration',
    reason: 'it only exports credentials and settings',
    test: ({ block }) => isSettings(block.text),
  },
  {
    role: 'configuration',
    reason: 'the text above asks for environment variables, and it sets nothing but literal values',
    test: ({ block, prose }) =>
      isLiteralAssignments(block.text) && prose.slice(0, 2).some(line => ASKS_FOR_ENVIRONMENT.test(line)),
  },
];

/** "Output:", "Expected output", "Response (JSON)"; "Response extraction" is a step. */
const OUTPUT_LABEL =
  /^(?:expected |sample |example )?(?:output|response|result)s?\b(?:\s*\([^)]*\))?\s*(?::|$)/i;

/** "Add to `~/.profile`:", "Edit `deploy.sh`:"; "after the write, tell it via `notify.sh`:" has a script run. */
const PUT_INTO_FILE = new RegExp(
  String.raw`\b(?:add|append|configure|copy|create|edit|enable|insert|paste|put|save|set|write)\bUNRUN{0,60}(?:\.(?:sh|bash|zsh|bats|env|envrc)\b|\.?(?:bashrc|zshrc|bash_profile|profile)\b|\b(?:hook|script) (?:file|template)\b)UNRUN{0,30}:\W*$`.replaceAll(
    'UNRUN',
    String.raw`(?:(?!\b(?:call|execute|invoke|run|through|using|via)\b).)`,
  ),
  'i',
);

/** `# In deploy.sh:`, "# In /ship command (after the merge)"; "# In the worktree" and "# In /tmp" say where to run it. */
const BELONGS_ELSEWHERE =
  /^\s*#+[ \t]*in[ \t]+[`"']?(?:[\w.~/-]{0,80}\.(?:sh|bash|zsh|md)[`"']?(?=[ \t]*(?:[:,(\n]|$))|\/?[a-z][\w:-]{0,60}[`"']?[ \t]+(?:command|skill|agent|hook)\b)/i;

/** `echo 'export TOKEN=…' >> ~/.bashrc`: each later shell has it. */
const WRITES_START_FILE =
  />>?[ \t]*"?(?:~|\$HOME|\$\{HOME\})\/\.(?:bashrc|zshrc|profile|bash_profile|zprofile|zshenv)\b/;

const MARKED_COMMENT =
  /^[ \t]*#+[ \t]*(?:[❌✅✗✓]|(?:bad|good|wrong|right|correct|incorrect|don'?t|before|after|instead of|anti-?pattern)\b\s*(?:[:(—–-]|$))/imu;

/** A mark behind the command, `((n++))  # WRONG: …`; in capitals, for "# correct" may describe what the command does. */
const MARKED_BEHIND = /\S[ \t]+#+[ \t]*(?:❌|(?:WRONG|BAD|INCORRECT)\b[ \t]*(?:[:(—–-]|$))/mu;

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
  String.raw`^(?:(?:usage|[\w /-]{0,30}\bexamples?|anti-?pattern|what (?:it|this) does|how (?:it|this) works)\b|${SIDE}|(?:but |and )?not(?: (?:this|like this|so))?\s*:?$|(?:avoid|never|don'?t|do not)\b.{0,40}$)`,
  'i',
);

const EXAMPLE_HEADING = new RegExp(
  String.raw`^(?:\d+[.)]?\s*)?(?:(?:[\w ]{0,40}\bexamples?|usage|anti-?patterns?|common (?:mistakes|pitfalls)|pitfalls)\b(?!.*\bstep\b)|${SIDE})|\bexamples?$`,
  'i',
);

const STEP_HEADING =
  /\b(?:step|phase|stage|part|block|checkpoint|gate|task)\s*#?(?:\d|[a-z]?\d|[ivx]+\b|[a-z]\b)|\bexecution (?:flow|steps)\b/i;

/** What makes documentation a procedure all the same. */
const EXECUTION_HEADING = /\bexecution (?:flow|steps|procedure)\b/i;

const RUN_IT = /\bexecute now\b|\b(?:run|execute)\b.{0,60}:\W{0,20}$|\bbash (?:block|tool)\b/i;

const REFERENCE_HEADING =
  /\b(?:best practices|patterns?|troubleshooting|failure modes|common (?:[\w-]+ ){0,2}(?:issues|problems|errors)|cheat ?sheet|quick reference|syntax|recipes?|cookbook|idioms?|strategies|(?:api|cli|commands?|language) reference)\b|^integrat(?:ion|ing) with\b.*(?:\/\w|\b(?:agent|command|hook|skill|workflow)s?\b)/i;

/** "Common failure modes", "Advanced troubleshooting techniques": what may go wrong, and what then helps. */
const TROUBLE_LABEL = /^(?:[\w-]+ )?(?:troubleshooting|failure modes|common (?:issues|problems|errors))\b/i;

/** "Manual normalization (legacy)": what others have taken the place of. */
const LEGACY = /\((?:legacy|deprecated|obsolete)\)$/i;

/** Folders and names of texts that explain: what they show is run by nobody unless they say so. */
const REFERENCE_PLACE =
  /(?:^|\/)(?:docs?|guides?|examples?|templates?|tutorials?|architecture|concepts?|standards?|patterns?|canonical|context)\/|(?:^|\/)(?:readme|contributing|changelog|claude|agents|gemini)\.md$|(?:guide|-reference|tutorial|template|cheat-?sheet|patterns?|examples?)\.md$/i;

/** A title of such a text. */
const GUIDE = /\bguide$|\breference (?:documentation|manual)$/i;

/** What the first lines of a file say that others have taken the place of. */
const DEPRECATED = /^[>\s*_]*deprecated\b/i;
/** Lines in which it is looked for. */
const BANNER_LINES = 15;

/** A branch in which nothing stands but what somebody should do there: a few lines of comment. */
const EMPTY_BRANCH = /\b(?:then|do|else)[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n){0,20}[ \t]*(?:fi|done|elif|else)\b/;

/** A list of what something can do, whatever its entries are numbered with. */
const FEATURE_HEADING = /^(?:(?:core|key|main|advanced) )?(?:features|capabilities)$/i;

/** A host's own texts for people, beside its commands: who names one wants it read, and it still is no procedure. */
function isForPeople(path: string): boolean {
  const place = /(?:^|\/)(?:\.[a-z]+|skills)\//i.exec(path);
  return place !== null && /\/docs?\//i.test(path.slice(place.index + place[0].length - 1));
}

const STEP_TAG =
  /^(?:step|process|workflow|execution|execution_flow|task|phase|stage|action|instructions?)$/i;

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

/**
 * Whether a block that nothing calls a step begins with a comment that calls it an example: "# Example violation: another framework".
 * What it misses is lost all the same, and whoever means it as a step may want it.
 */
export function callsItselfExample(role: BlockRole, { text }: Block): boolean {
  return role === DEFAULT_ROLE && EXAMPLE_COMMENT.test(text);
}

const EXAMPLE_COMMENT = /^\s*#[ \t]*examples?[ \t]*(?::|[-–—]|\(|\n|$|(?:for|of|usage|violation)\b)/i;

/** The role of a block. */
export function roleIn(surroundings: Surroundings, block: Block): BlockRole {
  if (surroundings.told !== undefined) return surroundings.told;
  const placed = { ...surroundings, block };
  const signal = SIGNALS.find(({ test }) => test(placed));
  if (signal === undefined) return DEFAULT_ROLE;
  return { kind: signal.role, reason: signal.reason, isForPeople: surroundings.isReference };
}

/** What stands around each block. */
export function surroundingsOf(
  document: CommandDocument,
  { path, source = 'found' }: DocumentPlace,
): readonly Surroundings[] {
  const isCommand = isInvoked(path);
  const isVouched = source === 'configured' || (source === 'named' && document.blocks.length < SHORT);
  const isDocumentation = !isCommand && source !== 'configured' && isForPeople(path);
  const isReference =
    isDocumentation ||
    (!isCommand && source !== 'configured' && isGuide(document, path)) ||
    (!isCommand && !isVouched && REFERENCE_PLACE.test(belowPlace(path)));
  const isDeprecated = document.lines.slice(0, BANNER_LINES).some(line => DEPRECATED.test(line));
  let known: ReadonlySet<string> | undefined;
  const sides = () => {
    known ??= sidesIn(document);
    return known;
  };
  const tags = openTags(document);
  const headings = headingsInForce(document, tags);
  const labels = boldAbove<readonly string[]>(document, [], (known, line) => {
    if (/^-{3,}\s*$/.test(line)) return [];
    return /^\*\*[^*]+\*\*\s*(?::\s*)?$/.test(line) ? [...known, line] : known;
  });
  return document.blocks.map(block => ({
    told: directiveFor(document, block),
    headings: headings(block.openLine),
    labels: labels.get(block) ?? [],
    prose: proseAbove(document, block),
    inStepTag: tags(block.openLine).some(({ name }) => STEP_TAG.test(name)),
    sides,
    isCommand,
    isReference,
    isDocumentation,
    isDeprecated,
    inCutTemplate: isInCutTemplate(document, block.openLine),
  }));
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
    if (text !== '' && !text.startsWith('<!--') && !/^<\/?[\w.-][^<>]*>$/.test(text)) prose.push(text);
    if (/^#{2,6}\s/.test(text)) break;
  }
  return prose;
}

/** Whether the title says that the document guides people. A skill is run, whatever it is called. */
function isGuide({ headings }: CommandDocument, path: string): boolean {
  const title = headings.find(({ level }) => level === 1);
  return title !== undefined && GUIDE.test(plain(title.text)) && !/(?:^|\/)SKILL\.md$/i.test(path);
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

/** "Required env:", "Set these environment variables in your shell profile". */
const ASKS_FOR_ENVIRONMENT =
  /\b(?:required env|environment variables?|env(?:ironment)? vars?|shell profile|\.env\b|(?:bash|zsh)rc)\b/i;

/** Assignments of what the text itself says: no `$( … )` and no other variable. */
function isLiteralAssignments(text: string): boolean {
  const lines = codeLines(text);
  return lines.length > 0 && lines.every(line => /^(?:export )?[A-Z_][A-Z0-9_]*=[^$`]*$/.test(line));
}

function codeLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'));
}

function isSettings(text: string): boolean {
  const lines = codeLines(text);
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

/**
 * Answers which headings a line stands under, the nearest and deepest first, to be asked for lines in their order. A heading
 * between `<patterns>` and `</patterns>` says nothing of what comes behind.
 */
function headingsInForce(document: CommandDocument, tags: TagsAtLine): (line: number) => readonly Heading[] {
  const above = headingsAbove(document.headings);
  return line => {
    const open = new Set(tags(line));
    return above(line).filter(heading => tags(heading.line).every(tag => open.has(tag)));
  };
}
