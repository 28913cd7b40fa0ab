import { edgeTitle } from '../labels';
import type { BlockGraph, EdgeKind } from '../types';

const STYLES: Readonly<Record<EdgeKind, string>> = {
  kept: 'color="#2a7d2a"',
  recalculated: 'color="#2a7d2a", style=dotted',
  library: 'color="#5a4fcf"',
  lost: 'color="#c00000", fontcolor="#c00000", style=dashed, penwidth=2',
};

/** The graph for Graphviz, its blocks from top to bottom. */
export function formatDot({ nodes, edges }: BlockGraph): string {
  return [
    'digraph blocks {',
    '  rankdir=TB;',
    '  node [shape=box, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...nodes.map(({ id, kind, title, isQuiet }) => {
      const look = kind === 'library' ? ', shape=component' : isQuiet ? ', style=dashed' : '';
      return `  ${id} [label=${quote(title)}${look}];`;
    }),
    ...nodes.slice(1).map(({ id }, index) => `  ${nodes[index]!.id} -> ${id} [style=invis, weight=10];`),
    ...edges.map(
      edge => `  ${edge.from} -> ${edge.to} [label=${quote(edgeTitle(edge))}, ${STYLES[edge.kind]}];`,
    ),
    '}',
    '',
  ].join('\n');
}

/** In Graphviz a backslash begins an escape even between quotes. */
function quote(text: string): string {
  const line = text.replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return `"${line.replace(/[\\"]/g, '\\$&').replace(/&/g, '&amp;')}"`;
}
