/** A number with the word for what is counted: `1 file`, `2 files`. */
export function amount(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
