import { readShellState } from '../../analysis/shell/stateValues';
import type { RawValue, StateContent } from './content';
import { readJson } from './json';

export type { RawValue } from './content';

/** What makes a file binary: control characters that no text has. */
const CONTROLS = /[\0-\x06\x0e-\x1a\x1c-\x1f]/;
const REPLACEMENT = '\uFFFD';

/**
 * Understands the bytes of a state file. It never fails and executes nothing.
 * @param truncated whether the file goes on behind these bytes; the last line is then not trusted
 */
export function readContent(bytes: Uint8Array, truncated: boolean): StateContent {
  if (bytes.length === 0) return { format: 'empty', values: [], remarks: [] };
  const decoded = decode(bytes);
  const content = readText(truncated ? withoutLastLine(decoded.text) : decoded.text, decoded.exact);
  const remarks = [...content.remarks];
  if (truncated) remarks.unshift(`Only the first ${bytes.length / 1024} KiB are read.`);
  if (decoded.exact || content.format === 'binary') return { ...content, remarks };
  remarks.push('It holds bytes that are not UTF-8.');
  return { format: content.format, values: content.values.map(inexact), remarks };
}

/** A replacement character stands for bytes that are lost in the text: such a value must not be taken for the real one. */
function inexact(value: RawValue): RawValue {
  return value.value.includes(REPLACEMENT) ? { ...value, literal: false } : value;
}

function decode(bytes: Uint8Array): { readonly text: string; readonly exact: boolean } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), exact: true };
  } catch {
    return { text: new TextDecoder('utf-8').decode(bytes), exact: false };
  }
}

function withoutLastLine(text: string): string {
  return text.slice(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\0')) + 1);
}

function readText(text: string, exact: boolean): StateContent {
  if (text.includes('\0')) return readEnvironment(text) ?? { format: 'binary', values: [], remarks: [] };
  if (!exact && CONTROLS.test(text)) return { format: 'binary', values: [], remarks: [] };
  const json = readJson(text);
  if (json !== undefined) return { format: 'json', values: json, remarks: [] };
  const shell = readShell(text);
  if (shell.remarks.length === 0) return shell;
  return readKeyValues(text) ?? (shell.values.length > 0 ? shell : readPlain(text));
}

/** NUL-separated `NAME=value` texts; undefined where one of them is something else. */
function readEnvironment(text: string): StateContent | undefined {
  const values: RawValue[] = [];
  for (const entry of text.split('\0')) {
    const equals = entry.indexOf('=');
    if (entry === '') continue;
    if (equals <= 0 || CONTROLS.test(entry.slice(0, equals))) return undefined;
    values.push({ name: entry.slice(0, equals), value: entry.slice(equals + 1), literal: true });
  }
  return values.length === 0 ? undefined : { format: 'environment', values, remarks: [] };
}

function readShell(text: string): StateContent {
  const { variables, commands, stoppedAt } = readShellState(text);
  const values = variables.flatMap(({ name, value, literal, elements }): readonly RawValue[] => {
    if (elements === undefined) return [{ name, value, literal }];
    if (elements.size === 0) return [{ name, value: '()', literal: true }];
    return [...elements].map(([key, element]) => ({ name: `${name}[${key}]`, ...element }));
  });
  const remarks: string[] = [];
  if (commands > 0)
    remarks.push(`${commands} ${commands === 1 ? 'line is' : 'lines are'} no assignment and not executed.`);
  if (stoppedAt !== undefined) {
    const line = text.slice(0, stoppedAt).split('\n').length;
    remarks.push(`Values are read up to line ${line}, where something else than an assignment begins.`);
  }
  return { format: 'shell', values, remarks };
}

/** Lines of `KEY=value`, to the letter: quotes are part of the value. Undefined where a line is something else. */
function readKeyValues(text: string): StateContent | undefined {
  const values = new Map<string, RawValue>();
  for (const line of text.split('\n')) {
    if (/^\s*(#|$)/.test(line)) continue;
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*) ?= ?(.*)$/.exec(line);
    if (match === null) return undefined;
    values.set(match[1]!, { name: match[1]!, value: match[2]!, literal: true });
  }
  return values.size === 0 ? undefined : { format: 'keyValue', values: [...values.values()], remarks: [] };
}

function readPlain(text: string): StateContent {
  const line = text.endsWith('\n') ? text.slice(0, -1) : text;
  if (line.includes('\n')) return { format: 'text', values: [], remarks: [] };
  return { format: 'value', values: [{ name: '', value: line, literal: true }], remarks: [] };
}
