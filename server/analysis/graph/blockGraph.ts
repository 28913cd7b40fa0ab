import type { TracedAnalysis } from '../analyse';
import { headingsAbove } from '../document/headings';
import { lastLine } from '../explain/places';
import { roleTitle } from '../explain/roles';
import { type AnalysedBlock, isStep } from '../flow/documentFlow';
import { fileName } from '../rules/rule';
import { type Travel, travels } from './edges';
import type { BlockGraph, GraphEdge, GraphItem, GraphNode } from './types';

/** Edges that a graph has at most; a document with more of them is generated, and nobody reads its picture. */
const MAX_EDGES = 5_000;

/** The document as a graph: its blocks in order, and what travels between them or is lost. Pure; never throws. */
export function blockGraph(analysis: TracedAnalysis): BlockGraph {
  const libraries = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  const { lineIndex } = analysis.document;
  const placeOf = (offset: number) => lineIndex.positionAt(offset);
  for (const travel of travels(analysis)) {
    const from = travel.from === undefined ? libraryNode(libraries, travel, placeOf) : blockId(travel.from);
    const to = blockId(travel.to);
    const item: GraphItem = {
      name: travel.name,
      kind: travel.thing,
      given: placeOf(travel.given),
      used: placeOf(travel.used),
    };
    const key = [from, to, travel.kind, travel.via ?? ''].join('\n');
    const known = edges.get(key);
    if (known !== undefined) edges.set(key, { ...known, items: [...known.items, item] });
    else if (edges.size < MAX_EDGES)
      edges.set(key, { from, to, kind: travel.kind, via: travel.via, items: [item] });
  }
  return {
    nodes: inOrder(analysis, libraries),
    edges: [...edges.values()].map(edge => ({ ...edge, items: sorted(edge.items) })),
  };
}

function blockId({ block }: AnalysedBlock): string {
  return `b${block.number}`;
}

/** The node of the library that gives something. */
function libraryNode(
  libraries: Map<string, GraphNode>,
  { library = '', given }: Travel,
  placeOf: (offset: number) => { readonly line: number },
): string {
  const known = libraries.get(library);
  if (known !== undefined) return known.id;
  const { line } = placeOf(given);
  const node: GraphNode = {
    id: `l${libraries.size + 1}`,
    kind: 'library',
    title: fileName(library),
    detail: library,
    isQuiet: false,
    firstLine: line,
    lastLine: line,
  };
  libraries.set(library, node);
  return node.id;
}

/** The blocks, each with the libraries before it that it is the first to source. */
function inOrder(
  { document, flow }: TracedAnalysis,
  libraries: ReadonlyMap<string, GraphNode>,
): readonly GraphNode[] {
  const headings = headingsAbove(document.headings);
  const waiting = [...libraries.values()].sort((a, b) => a.firstLine - b.firstLine);
  const nodes: GraphNode[] = [];
  for (const analysed of flow.blocks) {
    const { block, role } = analysed;
    const end = lastLine(block);
    while (waiting[0] !== undefined && waiting[0].firstLine <= end) nodes.push(waiting.shift()!);
    const heading = headings(block.openLine)[0]?.text.trim() ?? '';
    nodes.push({
      id: blockId(analysed),
      kind: 'block',
      title: heading === '' ? `Block ${block.number}` : `${block.number} · ${heading}`,
      detail: `${roleTitle(role.kind)}, because ${role.reason}`,
      isQuiet: !isStep(analysed),
      firstLine: block.openLine,
      lastLine: end,
    });
  }
  return nodes;
}

/** In the order in which the block uses them, each name once. */
function sorted(items: readonly GraphItem[]): readonly GraphItem[] {
  const first = new Map<string, GraphItem>();
  const byPlace = [...items].sort(
    (a, b) => a.used.line - b.used.line || a.used.column - b.used.column || (a.name < b.name ? -1 : 1),
  );
  for (const item of byPlace) {
    const key = `${item.kind}\n${item.name}`;
    if (!first.has(key)) first.set(key, item);
  }
  return [...first.values()];
}
