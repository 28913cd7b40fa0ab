import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import { isStep } from '../flow/documentFlow';
import { insteadOf } from '../rules/unavailableHostVariable';
import type { Fix } from './fix';
import { replaceInBlock } from './replacing';

/**
 * What to write for a variable that the host does not set: `${NAME}` where the host replaces that in the text, else what tells
 * the same. In all blocks, since the finding speaks for them.
 */
export function hostVariable({ flow }: Analysis, finding: Finding): readonly Fix[] {
  const { rule, name } = finding;
  const unavailable = name === undefined ? undefined : flow.profile.unavailable.get(name);
  if (rule !== 'unavailable-host-variable' || name === undefined || unavailable === undefined) return [];
  const { kinds, names } = flow.profile.textSubstitution;
  const isText = kinds.has(flow.kind) && unavailable.of === undefined && names.has(name);
  const instead = isText ? `\${${name}}` : insteadOf(name, unavailable);
  if (instead === undefined) return [];
  const edits = flow.blocks.filter(isStep).flatMap(({ block, flow: own }) => {
    const spans = new Map(
      own.exposed
        .filter(({ read, maybeSet }) => read.name === name && !maybeSet && read.fallback === 'none')
        .map(({ read }) => [read.span.start, read.span]),
    );
    return [...spans.values()].flatMap(span => {
      const written = block.text.slice(span.start, span.end);
      if (written !== `$${name}` && written !== `\${${name}}`) return [];
      const isQuoted = isText || isBetweenQuotes(block.text, span.start);
      return [replaceInBlock(flow.document, block, span, isQuoted ? instead : `"${instead}"`)];
    });
  });
  if (edits.length === 0) return [];
  return [
    {
      title: isText
        ? `Write ${instead}, which the host replaces`
        : `Write ${instead} (unsafe: it depends on where the block runs)`,
      kind: 'escape',
      safety: isText ? 'safe' : 'unsafe',
      edits: [...edits].sort((a, b) => a.span.start - b.span.start),
    },
  ];
}

/** Whether double quotes are open at an offset, as far as its line tells. */
function isBetweenQuotes(text: string, offset: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return (
    line
      .replace(/\\./g, '')
      .replace(/'[^'"]*'/g, '')
      .split('"').length %
      2 ===
    0
  );
}
