import { edgeTitle } from '../labels';
import type { BlockGraph, EdgeKind } from '../types';

const ARROWS: Readonly<Record<EdgeKind, string>> = {
  kept: '-->',
  recalculated: '-.->',
  library: '==>',
  lost: '-.->',
};

/** The graph as a Mermaid flowchart, as GitHub and most Markdown viewers draw it. */
export function formatMermaid({ nodes, edges }: BlockGraph): string {
  const lost = edges.flatMap(({ kind }, index) => (kind === 'lost' ? [index] : []));
  const quiet = nodes.flatMap(({ id, isQuiet }) => (isQuiet ? [id] : []));
  return [
    'flowchart TD',
    ...nodes.map(({ id, kind, title }) =>
      kind === 'library' ? `  ${id}[["${escapeText(title)}"]]` : `  ${id}["${escapeText(title)}"]`,
    ),
    ...edges.map(edge => `  ${edge.from} ${ARROWS[edge.kind]}|"${escapeText(edgeTitle(edge))}"| ${edge.to}`),
    ...(lost.length === 0 ? [] : [`  linkStyle ${lost.join(',')} stroke:#c00,stroke-width:3px,color:#c00`]),
    ...(quiet.length === 0
      ? []
      : ['  classDef quiet stroke-dasharray:4 3', `  class ${quiet.join(',')} quiet`]),
    '',
  ].join('\n');
}

/** A text between quotes: Mermaid reads `#…;` as a character, and its labels may be taken for HTML or Markdown. */
function escapeText(text: string): string {
  return text
    .replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[^\p{L}\p{N} .,:()/_$·…-]/gu, character => `#${character.codePointAt(0)};`);
}
