import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Span } from '../analysis/text';

/** The instruction files that agents read, in the order in which they are looked for. */
const RULE_FILES: readonly string[] = ['CLAUDE.md', 'AGENTS.md'];

const BEGIN =
  '<!-- crossblock-rules: begin (kept up to date by `crossblock init --rules`; text between the marks is replaced) -->';
const END = '<!-- crossblock-rules: end -->';
const BEGINNING = /<!-- crossblock-rules: begin\b[^>]{0,400}-->/;

/** What an agent that writes command markdown has to know. */
const RULES = `## Shell state in commands, skills and agents

Each fenced bash block of a command file runs in a shell of its own. When you write or change such a file:

- **Gone at the end of a block:** variables (\`export\` or not), functions, aliases, \`set\` and \`shopt\` options, traps, background jobs,
  \`$?\`, sourced libraries. Only files stay, and in some agents the directory.
- **Compute it again** at the top of each block that needs it, where the value comes only from literals, arguments or the project's
  directory: \`PROJECT_DIR="$(git rev-parse --show-toplevel 2>/dev/null || pwd)"\`.
- **Hand over through a state file** what a later block cannot compute: \`mkdir -p "$PROJECT_DIR/.crossblock"\` and
  \`printf 'NAME=%q\\n' "$NAME" > "$PROJECT_DIR/.crossblock/step.sh"\`, and in the other block
  \`[ -f "$PROJECT_DIR/.crossblock/step.sh" ] && . "$PROJECT_DIR/.crossblock/step.sh"\`.
- **The path of a state file** must be the same in both blocks: no \`$$\`, \`mktemp\`, \`date\` or \`$RANDOM\` in it. Quote values with \`%q\`. Keep
  it out of \`/tmp\` where others could plant it.
- **Source libraries again** in each block that calls their functions.
- **Before deleting**, make sure that the path is not empty: \`rm -rf "\${DIR:?}/build"\`.
- \`trap '…' EXIT\` fires at the end of its own block: clean up in the last one.

\`crossblock check\` finds what is lost.`;

/** A text with the current section of rules: in the place of an older one, else at the end. Idempotent; all else stays. */
export function withShellStateRules(text: string): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const section = [BEGIN, '', RULES, '', END].join('\n').replaceAll('\n', lineEnd);
  const old = sectionIn(text);
  if (old !== undefined) return text.slice(0, old.start) + section + text.slice(old.end);
  if (text.trim() === '') return `${section}${lineEnd}`;
  const gap = text.endsWith('\n') ? lineEnd : lineEnd + lineEnd;
  return `${text}${gap}${section}${lineEnd}`;
}

/** Where the section stands that was written before. */
function sectionIn(text: string): Span | undefined {
  const start = text.search(BEGINNING);
  const last = start < 0 ? -1 : text.indexOf(END, start);
  return last < 0 ? undefined : { start, end: last + END.length };
}

/** What became of an instruction file. */
export interface RulesWritten {
  /** Absolute. */
  readonly file: string;
  readonly outcome: 'created' | 'added' | 'updated' | 'unchanged';
}

/**
 * Writes the section into each instruction file of a folder that is there, or into a new CLAUDE.md where there is none.
 * @throws where a file cannot be read or written; nothing is lost then
 */
export async function writeShellStateRules(folder: string): Promise<readonly RulesWritten[]> {
  const found = await Promise.all(
    RULE_FILES.map(async name => ({ name, text: await readIfThere(path.join(folder, name)) })),
  );
  const present = found.filter(({ text }) => text !== undefined);
  const targets = present.length > 0 ? present : found.slice(0, 1);
  const written: RulesWritten[] = [];
  for (const { name, text } of targets) {
    const file = path.join(folder, name);
    const next = withShellStateRules(text ?? '');
    if (next !== text) await writeFile(file, next);
    const outcome =
      text === undefined
        ? 'created'
        : next === text
          ? 'unchanged'
          : sectionIn(text) !== undefined
            ? 'updated'
            : 'added';
    written.push({ file, outcome });
  }
  return written;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
