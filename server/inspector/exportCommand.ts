/**
 * A command that gives a variable a value in any POSIX shell, quoted so that nothing in the value is run.
 * @param name the value's name, e.g. `PLAN`, `LIST[2]`, `user.name`; empty where the file is one plain value
 * @param file the file's name, which then gives the variable its name
 */
export function exportCommand(name: string, value: string, file: string): string {
  return `export ${variableName(name, file)}=${quoted(value)}`;
}

/** A name that shells take: `LIST_2` for `LIST[2]`, `PLAN_ID` for the file `plan-id.txt`. */
function variableName(name: string, file: string): string {
  const source = name === '' ? file.replace(/(.)\.[A-Za-z0-9]+$/, '$1').toUpperCase() : name;
  const words = source.replace(/[^A-Za-z0-9_]+/g, '_').replace(/(?<!_)_+$/, '');
  return /^[A-Za-z_]/.test(words) ? words : `VALUE_${words}`.replace(/(?<!_)_+$/, '');
}

/** Single quotes keep everything but themselves; a line break or control character stays readable in `$'…'`, which bash and zsh know. */
function quoted(value: string): string {
  if (/^[A-Za-z0-9_./:@%+,=-]+$/.test(value)) return value;
  if (!/[\x00-\x1f\x7f]/.test(value)) return `'${value.replaceAll("'", `'\\''`)}'`;
  const escaped = value.replace(/[\\'\x00-\x1f\x7f]/g, character =>
    character === '\\' || character === "'" ? `\\${character}` : controlEscape(character),
  );
  return `$'${escaped}'`;
}

/** Three octal digits, so that a digit behind it does not belong to it; what no variable can hold is left out. */
function controlEscape(character: string): string {
  if (character === '\0') return '';
  if (character === '\n') return '\\n';
  return character === '\t' ? '\\t' : `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
}
