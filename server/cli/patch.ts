import type { TextEdit } from '../analysis/fixes/fix';
import { lineEdits } from '../workspace/lineEdits';

/** Lines around a change. */
const CONTEXT = 3;

/**
 * The change of a file as `git apply` and `patch -p1` take it.
 * @param file relative, or absolute: then it is to be applied at the root
 */
export function patchOf(file: string, before: string, after: string): string {
  const edits = lineEdits(before, after);
  if (edits.length === 0) return '';
  const name = file.replace(/\\/g, '/').replace(/^\/+/, '');
  const lines = before === '' ? [] : before.split(/(?<=\n)/);
  return `--- ${named(`a/${name}`)}\n+++ ${named(`b/${name}`)}\n${hunksOf(lines, linewise(lines, edits)).join('')}`;
}

/** Quoted as git does it, where a name could not be told from what stands behind it. */
function named(name: string): string {
  if (/[\p{Cc}"\\]/u.test(name))
    return `"${name.replace(/["\\]|\p{Cc}/gu, sign => ESCAPES[sign] ?? `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`;
  return name.includes(' ') ? `${name}\t` : name;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
};

/** Replaces some whole lines, from 0, by others. */
interface LineEdit {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

function linewise(lines: readonly string[], edits: readonly TextEdit[]): readonly LineEdit[] {
  const starts = new Map<number, number>();
  let offset = 0;
  lines.forEach((line, index) => {
    starts.set(offset, index);
    offset += line.length;
  });
  const lineAt = (at: number) => starts.get(at) ?? lines.length;
  return edits.map(({ span, text }) => ({
    start: lineAt(span.start),
    end: lineAt(span.end),
    lines: text === '' ? [] : text.split(/(?<=\n)/),
  }));
}

function hunksOf(lines: readonly string[], edits: readonly LineEdit[]): readonly string[] {
  const groups: LineEdit[][] = [];
  for (const edit of edits) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group !== undefined && last !== undefined && edit.start - last.end <= 2 * CONTEXT) group.push(edit);
    else groups.push([edit]);
  }
  let shift = 0;
  return groups.map(group => {
    const first = Math.max(0, group[0]!.start - CONTEXT);
    const last = Math.min(lines.length, group.at(-1)!.end + CONTEXT);
    const body: string[] = [];
    let at = first;
    for (const { start, end, lines: added } of group) {
      body.push(...lines.slice(at, start).map(line => marked(' ', line)));
      body.push(...lines.slice(start, end).map(line => marked('-', line)));
      body.push(...added.map(line => marked('+', line)));
      at = end;
    }
    body.push(...lines.slice(at, last).map(line => marked(' ', line)));
    const oldCount = last - first;
    const newCount =
      oldCount + group.reduce((sum, { start, end, lines: added }) => sum + added.length - (end - start), 0);
    const head = `@@ -${range(first, oldCount)} +${range(first + shift, newCount)} @@\n`;
    shift += newCount - oldCount;
    return head + body.join('');
  });
}

/** A range of no lines is named by the line before it. */
function range(first: number, count: number): string {
  return `${count === 0 ? first : first + 1},${count}`;
}

function marked(sign: string, line: string): string {
  return line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`;
}
