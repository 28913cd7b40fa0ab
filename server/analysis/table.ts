/**
 * The entry of a table by a name that a text gives: only the table's own entries count. `table['constructor']` of a plain
 * object is a function of its prototype, and documents do say `constructor`.
 */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: string | undefined): T | undefined {
  return name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Whether data of any type is an object of names and values: neither nothing nor a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
