/** The names that shell text assigns line by line, as a state file does: `NAME=…`, `export NAME=…`, `declare -x NAME=…`. */
export function assignedNames(texts: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const text of texts)
    for (const match of text.matchAll(
      /^\s*(?:export\s+|declare\s+(?:-\w+\s+)*|typeset\s+(?:-\w+\s+)*)?([A-Za-z_]\w*)=/gm,
    ))
      names.add(match[1]!);
  return [...names];
}
