import type { EdgeKind, GraphEdge, GraphNode } from '../../server/analysis/graph/types';

const PLACE = { line: 0, column: 0 };

export function node(number: number, title = `Block ${number}`): GraphNode {
  return { id: `b${number}`, kind: 'block', title, detail: '', isQuiet: false, firstLine: 0, lastLine: 0 };
}

export function edge(from: number, to: number, kind: EdgeKind, names: readonly string[] = ['A']): GraphEdge {
  const items = names.map(name => ({ name, kind: 'variable', given: PLACE, used: PLACE }) as const);
  return { from: `b${from}`, to: `b${to}`, kind, via: undefined, items };
}
