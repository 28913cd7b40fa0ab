import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import { isStep } from '../flow/documentFlow';
import { trafficOf } from '../flow/fileTraffic';
import { pathKeyOf } from '../flow/symbolic';
import type { Fix, TextEdit } from './fix';
import { filesNamedIn, isBareWord } from './removal';
import { replaceInBlock } from './replacing';

/** *Use the path of the block that writes it*, in all blocks that name the other one as a word of its own. */
export function pathOfWriter({ flow }: Analysis, finding: Finding): readonly Fix[] {
  const { rule, definition } = finding;
  const writer = flow.blocks[(definition?.block ?? 0) - 1];
  const reader = flow.blocks[finding.block - 1];
  if (rule !== 'state-path-mismatch' || definition === undefined) return [];
  if (writer === undefined || reader === undefined) return [];
  const start = writer.block.fromDocument(definition.span.start);
  const end = writer.block.fromDocument(definition.span.end);
  // The place of a write is its whole redirection.
  const word = start === undefined ? '' : writer.block.text.slice(start, end).replace(/^\d?&?>[>|&]?\s*/, '');
  // A word with a variable of the writer's says something else in another block.
  const isKnown = /^"?(?:\$HOME|\$\{HOME\}|~)?[\w./@+-]+"?$/.test(word);
  const used = filesNamedIn(reader).find(
    ({ span }) => reader.block.toDocument(span.start) === finding.span.start,
  );
  if (!isKnown || used === undefined) return [];
  const key = pathKeyOf(used.path);
  const edits = new Map<number, TextEdit>();
  for (const block of flow.blocks.filter(isStep))
    for (const { path, span, isWord } of filesNamedIn(block)) {
      const written = block.block.text.slice(span.start, span.end);
      if (pathKeyOf(path) !== key) continue;
      if (!isWord) return [];
      // Where a variable holds it, its definition would have to change, for all that is made of it.
      if (/^"?\$\{?(?!HOME\b)\w+\}?"?$/.test(written)) return [];
      edits.set(block.block.toDocument(span.start), replaceInBlock(flow.document, block.block, span, word));
    }
  return [
    {
      title: `Use the path that block ${definition.block} writes: ${word.replace(/^"|"$/g, '')} (unsafe: only the author knows which one is meant)`,
      kind: 'stablePath',
      safety: 'unsafe',
      edits: [...edits.values()].sort((a, b) => a.span.start - b.span.start),
    },
  ];
}

/** *Put the session's id into the name*, so that parallel runs have files of their own. */
export function sessionPath({ flow }: Analysis, finding: Finding): readonly Fix[] {
  if (finding.rule !== 'predictable-temporary-file') return [];
  if (!flow.profile.provides.has('CLAUDE_CODE_SESSION_ID')) return [];
  const block = flow.blocks[finding.block - 1];
  const file = [...trafficOf(flow).files.values()].find(
    ({ writes: [first] }) =>
      first !== undefined &&
      first.block === block &&
      block.block.toDocument(first.span.start) === finding.span.start,
  );
  const path = file && pathKeyOf(file.path);
  const match = path === undefined ? null : /^(\/[\w./-]*?\/[\w-]+)((?:\.[\w.-]+)?)$/.exec(path);
  if (path === undefined || match === null) return [];
  const name = `${match[1]}-\${CLAUDE_CODE_SESSION_ID:-run}${match[2]}`;
  const whole = new RegExp(`(?<![\\w./-])${path.replace(/[.]/g, '\\.')}(?![\\w/-]|\\.\\w)`, 'g');
  const edits: TextEdit[] = [];
  for (const other of flow.blocks) {
    const { text } = other.block;
    for (const { index } of text.matchAll(whole)) {
      // Between single quotes nothing is expanded.
      if (text[index - 1] === "'" || isInQuotedDocument(text, index)) return [];
      const span = { start: index, end: index + path.length };
      const word = isBareWord(other, span) ? `"${name}"` : name;
      edits.push(replaceInBlock(flow.document, other.block, span, word));
    }
  }
  // What else names the file, in a variable's parts, would name another one.
  const named = flow.blocks.flatMap(other => filesNamedIn(other).filter(use => pathKeyOf(use.path) === path));
  if (edits.length === 0 || named.length === 0) return [];
  return [
    {
      title: `Put the session's id into the name (unsafe: what names the file outside of the document does not find it)`,
      kind: 'stablePath',
      safety: 'unsafe',
      edits,
    },
  ];
}

/** Whether an offset lies behind the start of a here-document whose text is taken as it is. */
function isInQuotedDocument(text: string, offset: number): boolean {
  const start = /<<-?\s*['"\\](\w+)/.exec(text);
  return start !== null && start.index < offset && text.indexOf(`\n${start[1]}`, start.index) > offset;
}
