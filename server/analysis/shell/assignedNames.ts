const KEYWORD = String.raw`^[ \t]*(?:export\s+|declare\s+(?:-\w+\s+)*|typeset\s+(?:-\w+\s+)*)?`;
const ASSIGNMENT = new RegExp(`${KEYWORD}([A-Za-z_]\\w*)=`, 'gm');
/** `"$1=$2"`: the name itself is a value. */
const COMPUTED_NAME = new RegExp(`${KEYWORD}[$\`][^\\s=]*=`, 'm');

/**
 * The names that shell text assigns line by line, as a state file does: `NAME=…`, `export NAME=…`, `declare -x NAME=…`.
 * Undefined where a name is computed.
 */
export function assignedNames(texts: readonly string[]): readonly string[] | undefined {
  if (texts.some(text => COMPUTED_NAME.test(text))) return undefined;
  return [...new Set(texts.flatMap(text => [...text.matchAll(ASSIGNMENT)].map(match => match[1]!)))];
}
