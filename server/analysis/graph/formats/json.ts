import type { BlockGraph } from '../types';

/** The graph as data, for other programs; a control that could reach a terminal is escaped by JSON itself. */
export function formatGraphJson(graph: BlockGraph): string {
  return `${JSON.stringify(graph, null, 2)}\n`;
}
