import { layoutGraph, type PlacedEdge, type PlacedNode } from '../layout';
import type { BlockGraph, EdgeKind } from '../types';

const KINDS: readonly EdgeKind[] = ['kept', 'recalculated', 'library', 'lost'];

/** Colours for paper, and for a viewer that asks for a dark picture. */
const STYLE = `
svg{background:#fff;--ink:#1f2328;--line:#8c959f;--box:#f6f8fa;--kept:#1a7f37;--recalculated:#57606a;--library:#6639ba;--lost:#cf222e}
@media (prefers-color-scheme:dark){svg{background:#0d1117;--ink:#e6edf3;--line:#6e7681;--box:#161b22;--kept:#3fb950;--recalculated:#9198a1;--library:#a371f7;--lost:#ff7b72}}
text{font:12px sans-serif;fill:var(--ink)}
.node rect{fill:var(--box);stroke:var(--line)}.node.quiet rect{stroke-dasharray:4 3}.node.library rect{stroke:var(--library)}
.edge path{fill:none;stroke-width:1.5}.edge text{font-size:11px}
${KINDS.map(kind => `.${kind} path{stroke:var(--${kind})}.${kind} text,#arrow-${kind} path{fill:var(--${kind})}`).join('\n')}
.edge.lost path{stroke-width:2.5;stroke-dasharray:7 4}.edge.recalculated path{stroke-dasharray:2 3}.edge.lost text{font-weight:bold}
`;

/** The graph as a picture that stands alone: no script, no font, nothing from elsewhere. */
export function formatSvg(graph: BlockGraph): string {
  const { width, height, nodes, edges } = layoutGraph(graph);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    '<title>What travels between the blocks</title>',
    `<style>${STYLE}</style>`,
    `<defs>${KINDS.map(arrow).join('')}</defs>`,
    ...edges.map(drawEdge),
    ...nodes.map(drawNode),
    '</svg>',
    '',
  ].join('\n');
}

function arrow(kind: EdgeKind): string {
  return `<marker id="arrow-${kind}" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8Z"/></marker>`;
}

function drawEdge({ edge, label, title, path, labelX, labelY, anchor }: PlacedEdge): string {
  const mark = edge.kind === 'lost' ? '✗ ' : '';
  return `<g class="edge ${edge.kind}"><title>${escapeText(title)}</title><path d="${path}" marker-end="url(#arrow-${edge.kind})"/><text x="${labelX}" y="${labelY}" text-anchor="${anchor}">${escapeText(mark + label)}</text></g>`;
}

function drawNode({ node, label, x, y, width, height }: PlacedNode): string {
  const look = node.kind === 'library' ? ' library' : node.isQuiet ? ' quiet' : '';
  return `<g class="node${look}"><title>${escapeText(`${node.title}: ${node.detail}`)}</title><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4"/><text x="${x + 10}" y="${y + height / 2 + 4}">${escapeText(label)}</text></g>`;
}

/** XML knows no control characters, not even escaped ones, and no half of a surrogate pair. */
function escapeText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]+/gu, ' ')
    .replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
