/**
 * Tells command markdown from other Markdown: the one predicate of editor, command line and activation. Half of the losses in
 * real projects lie outside `commands/`, `agents/` and `SKILL.md`; of other Markdown nearly none is executed.
 */
export function isCommandMarkdown(
  path: string,
  frontmatter: Readonly<Record<string, unknown>> = {},
): boolean {
  if (!/\.(?:md|mdc|markdown)$/i.test(path)) return false;
  return isCommandPlace(path) || TELLTALE_KEYS.some(key => key in frontmatter);
}

/** Folders that a host reads commands from, wherever they lie in the path. Sources: the hosts' documentation, per row. */
const PLACES: readonly RegExp[] = [
  // Claude Code and its plugins: code.claude.com/docs/en/skills, /sub-agents
  /(?:^|\/)(?:commands|agents)\//i,
  /(?:^|\/)SKILL\.md$/i,
  /(?:^|\/)skills\/.+\//i,
  /(?:^|\/)\.claude\//,
  // Files that commands hand on to by name, e.g. `@workflows/execute-plan.md`
  /(?:^|\/)workflows\//i,
  // Codex, OpenCode, Gemini, Amp and others
  /(?:^|\/)\.(?:agents|archon|codex|gemini|opencode|roo)\//,
  /(?:^|\/)\.cursor\/(?:commands|rules)\//,
  /(?:^|\/)\.(?:windsurf|clinerules)\/workflows\//,
  /(?:^|\/)\.github\/(?:agents|chatmodes|instructions|prompts|skills)\//,
  // Memory files that every agent reads
  /(?:^|\/)(?:AGENTS|CLAUDE|GEMINI)\.md$/,
];

/** Folders whose Markdown is written for people, unless they lie below `commands/` or `agents/`, where they name a group. */
const FOR_PEOPLE = /(?:^|\/)(?:docs?|archive|specs)\//i;

/** Folders that hold other people's files. */
const NEVER = /(?:^|\/)(?:node_modules|\.git)\//;

/** Frontmatter that only a host reads. */
const TELLTALE_KEYS = ['allowed-tools', 'argument-hint', 'disable-model-invocation', 'user-invocable'];

/** Tells by the path alone, with `/` between its parts, relative to the project. */
export function isCommandPlace(path: string): boolean {
  return !NEVER.test(path) && !FOR_PEOPLE.test(aboveGroups(path)) && PLACES.some(place => place.test(path));
}

/** A path without the folders that only group commands or agents: `.claude/commands/docs/update.md` is the command `/docs:update`. */
function aboveGroups(path: string): string {
  return path.replace(/((?:^|\/)(?:commands|agents)\/)(?:.*\/)?/i, '$1');
}

/** A path from the host's place on: in `examples/commands/deploy.md`, a command, the examples are what the project collects. */
export function belowPlace(path: string): string {
  if (!isCommandPlace(path)) return path;
  return path.replace(/^.*?\/(?=(?:commands|agents|skills|workflows|\.[a-z]+)\/)/i, '');
}

/** Whether a host runs the document by its name: a command or an agent, whatever it is called. */
export function isInvoked(path: string): boolean {
  const common = withCommonNames(path);
  return (
    isCommandPlace(path) && /(?:^|\/)(?:commands|agents)\/(?!readme\.md$)[^/]+$/i.test(aboveGroups(common))
  );
}

/** What hosts call the folders that hold commands and agents. Sources: opencode.ai/docs/commands, the documentation of Codex and VS Code. */
const OTHER_NAMES: readonly (readonly [folder: RegExp, common: string])[] = [
  [/((?:^|\/)\.opencode\/)(command|agent)\//, '$1$2s/'],
  [/((?:^|\/)\.(?:github|codex)\/)prompts\//, '$1commands/'],
];

/** A path with `commands/` and `agents/` for whatever its host calls them. */
function withCommonNames(path: string): string {
  return OTHER_NAMES.reduce((named, [folder, common]) => named.replace(folder, common), path);
}

/** What a document is to its host: a text that it hands to the agent itself, or one that the agent opens like any other file. */
export type DocumentKind = 'command' | 'skill' | 'agent' | 'reference';

/** The kind of a document by its path, relative to the project. Folders below `commands/` and `agents/` only group. */
export function documentKind(path: string): DocumentKind {
  if (/(?:^|\/)SKILL\.md$/i.test(path)) return 'skill';
  if (!isInvoked(path)) return 'reference';
  return /^.*(?:^|\/)(commands|agents)\//is.exec(aboveGroups(withCommonNames(path)))?.[1]?.toLowerCase() ===
    'agents'
    ? 'agent'
    : 'command';
}

/**
 * Whether a document runs in a subagent: an agent's own text, or a skill that asks for a fork. Source:
 * code.claude.com/docs/en/sub-agents and /skills.
 */
export function runsInSubagent(kind: DocumentKind, frontmatter: Readonly<Record<string, unknown>>): boolean {
  return kind === 'agent' || frontmatter.context === 'fork';
}
