import { isObject } from '../table';

/** What a project or a person wants of the fixes. */
export interface FixSettings {
  /**
   * Where a hand-over keeps its state, as a template of a path; `{document}` and `{block}` stand for the document's name and
   * the number of the block that saves. Undefined for the fix's own place.
   */
  readonly stateFile: string | undefined;
  /** How a variable is calculated anew, by its name: whole lines of shell, as they are to be inserted. */
  readonly recipes: ReadonlyMap<string, string>;
}

export const DEFAULT_FIX_SETTINGS: FixSettings = { stateFile: undefined, recipes: new Map() };

const RECIPE_NAME = /^[A-Za-z_]\w*$/;

/**
 * Reads the two settings from data of any type.
 * @returns what is right in them, and one line for each thing that is wrong
 */
export function parseFixSettings(stateFile: unknown, recipes: unknown): ParsedFixSettings {
  const problems: string[] = [];
  const complaint = stateFile === undefined || stateFile === '' ? undefined : complaintAbout(stateFile);
  if (complaint !== undefined) problems.push(`"stateFile" ${complaint}`);
  const isPath = typeof stateFile === 'string' && stateFile !== '' && complaint === undefined;
  const known = new Map<string, string>();
  if (recipes !== undefined && !isObject(recipes))
    problems.push('"recipes" must be an object of variable names and shell lines');
  if (isObject(recipes))
    for (const [name, text] of Object.entries(recipes)) {
      if (!RECIPE_NAME.test(name)) problems.push(`"recipes.${name}": that is no name of a variable`);
      else if (typeof text !== 'string' || text.trim() === '')
        problems.push(`"recipes.${name}" must be the lines that set ${name}, like "${name}=$(pwd)"`);
      else if (!mayBeSetBy(name, text))
        problems.push(`"recipes.${name}" sets no ${name}: it must hold lines like "${name}=$(pwd)"`);
      else if (/^\s*(?:`{3,}|~{3,})/m.test(text))
        problems.push(`"recipes.${name}" holds a fence, which would end the block`);
      else known.set(name, text.trim());
    }
  return { settings: { stateFile: isPath ? stateFile : undefined, recipes: known }, problems };
}

/** Whether some lines may give a variable a value: they name it where one is given, or run what nobody has seen. */
function mayBeSetBy(name: string, text: string): boolean {
  return (
    new RegExp(`(?:^|[\\s;&|({])${name}(?:\\[[^\\]]*\\])?\\+?=`).test(text) ||
    new RegExp(`\\b(?:read|mapfile|readarray|printf|getopts|for|let)\\b[^\\n;|&]*\\b${name}\\b`).test(text) ||
    new RegExp(`\\(\\([^\\n]*\\b${name}\\b|\\$\\{${name}:?=`).test(text) ||
    /(?:^|[\s;&|])(?:source|\.|eval)\s/.test(text)
  );
}

/** What is another value in each process, so that no other block finds the file. */
const UNIQUE =
  /\$(?:\$|\{?(?:BASHPID|RANDOM|SRANDOM|SECONDS|EPOCH\w*|PPID)\b)|\b(?:mktemp|date|uuidgen)\b(?=[^}]*\))/;

/** What is wrong with the path of state files, or nothing. */
function complaintAbout(stateFile: unknown): string | undefined {
  if (typeof stateFile !== 'string' || !/^[^\n\r]+$/.test(stateFile))
    return 'must be a path in one line, like "/tmp/{document}-${CLAUDE_CODE_SESSION_ID:-run}-{block}.sh"';
  const [unique] = UNIQUE.exec(stateFile) ?? [];
  if (unique !== undefined)
    return `must be the same path in each block: ${unique} is another value in each of them`;
  if (/["`\\]/.test(stateFile))
    return 'stands in double quotes: it must hold none, nor a backquote or a backslash';
  // `$DIR` alone names no folder that could be made.
  if (/\/$/.test(stateFile) || (stateFile.startsWith('$') && !stateFile.includes('/')))
    return 'must name a file in a folder, like "/tmp/{document}-${CLAUDE_CODE_SESSION_ID:-run}-{block}.sh"';
  return undefined;
}

export interface ParsedFixSettings {
  readonly settings: FixSettings;
  readonly problems: readonly string[];
}

/** Both together; where both say something, the first one's word counts. */
export function mergeFixSettings(first: FixSettings, second: FixSettings): FixSettings {
  return {
    stateFile: first.stateFile ?? second.stateFile,
    recipes: new Map([...second.recipes, ...first.recipes]),
  };
}
