import type { BlockGraph, GraphPlace } from '../types';

/**
 * The graph as data, for other programs, with lines and columns from 1 as `crossblock check` has them; a control that could
 * reach a terminal is escaped by JSON itself.
 */
export function formatGraphJson({ nodes, edges }: BlockGraph): string {
  const counted = {
    nodes: nodes.map(node => ({ ...node, firstLine: node.firstLine + 1, lastLine: node.lastLine + 1 })),
    edges: edges.map(edge => ({
      ...edge,
      items: edge.items.map(item => ({ ...item, given: fromOne(item.given), used: fromOne(item.used) })),
    })),
  };
  return `${JSON.stringify(counted, null, 2)}\n`;
}

function fromOne({ line, column }: GraphPlace): GraphPlace {
  return { line: line + 1, column: column + 1 };
}
