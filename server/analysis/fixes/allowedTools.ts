/**
 * The commands that a document's `allowed-tools` does not let run without a question.
 * @param allowed the frontmatter's value, of any type: a list, or names with commas between them
 * @returns nothing where the document says nothing of the shell, or allows all of it
 */
export function uncoveredCommands(allowed: unknown, commands: readonly string[]): readonly string[] {
  const text = Array.isArray(allowed) ? allowed.join(', ') : typeof allowed === 'string' ? allowed : '';
  const rules = [...text.matchAll(/\bBash\b(?:\(([^()]*)\))?/g)].map(([, rule]) => rule?.trim());
  if (rules.length === 0 || rules.some(rule => rule === undefined || rule === '' || rule === '*')) return [];
  const allowedWords = new Set(rules.map(rule => /^[\w./-]+/.exec(rule!)?.[0]));
  return commands.filter(command => !allowedWords.has(command));
}
