import type { CommandDocument } from './commandDocument';

/** What the caller of a document may hand to it. */
export interface CallerArguments {
  /** How many arguments the frontmatter names; undefined where the text is free, or nothing tells. */
  readonly count: number | undefined;
}

/** The arguments of a document; undefined where nothing says that it takes any: then `$ARGUMENTS` and `$1` stay as they are. */
export function callerArguments({ frontmatter, text }: CommandDocument): CallerArguments | undefined {
  const hint = hintText(frontmatter['argument-hint']);
  const named = frontmatter.arguments;
  if (hint !== undefined && NO_ARGUMENTS.test(hint.trim())) return undefined;
  if (named !== undefined) return { count: namesIn(named) };
  if (hint !== undefined)
    return { count: SINGLE_WORDS.test(hint) ? hint.trim().split(/\s+/).length : undefined };
  return /(?<!\\)\$ARGUMENTS\b/.test(text) ? { count: undefined } : undefined;
}

/** "(none - reads from artifacts)", "(automatically called)", "none" */
const NO_ARGUMENTS = /^(?:\(.*\)|none\b.*|n\/a\b.*)?$/is;

/** `[file] <branch>`: each one word. `[what to do]` is a text of any length. */
const SINGLE_WORDS = /^\s*(?:(?:\[[^\s[\]]+\]|<[^\s<>]+>)(?:\s+|$))+$/;

/** YAML reads `[file] [branch]` as a broken list and `[file]` as a list. */
function hintText(hint: unknown): string | undefined {
  if (typeof hint === 'string') return hint;
  return Array.isArray(hint) ? `[${hint.join(', ')}]` : undefined;
}

function namesIn(named: unknown): number | undefined {
  if (typeof named === 'string') return named.split(/\s+/).filter(Boolean).length;
  return Array.isArray(named) ? named.length : undefined;
}
