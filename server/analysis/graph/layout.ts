import { edgeLabel, edgeTitle, shorten } from './labels';
import type { BlockGraph, GraphEdge, GraphNode } from './types';

/*
 * One column of blocks in the document's order, and a bus for all that one block gives: a trunk beside the column with a branch
 * to each block that takes it. What is lost runs on the left, what arrives on the right. Trunks that overlap lie in
 * lanes of their own, the shorter ones nearer to the column. Linear in what is drawn, and the same for the same graph. Pixels.
 */

/** A graph with places. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

export interface PlacedNode {
  readonly node: GraphNode;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  readonly label: string;
  /** All that travels, in a line. */
  readonly title: string;
  /** An SVG path, from the giver to the taker. */
  readonly path: string;
  /** Where the label begins or ends, beside the taker. */
  readonly labelX: number;
  readonly labelY: number;
  readonly anchor: 'start' | 'end';
}

const NODE_WIDTH = 230;
const MIN_HEIGHT = 44;
const ROW = 18;
const GAP = 22;
/** Between a node and the nearest trunk: the labels of the branches stand there. */
const LABELS = 165;
const LANE = 9;
const MARGIN = 16;
const CORNER = 4;

type Side = 'left' | 'right';

const sideOf = ({ kind }: GraphEdge): Side => (kind === 'lost' ? 'left' : 'right');

/** Places a graph. Edges whose nodes are not there are left out. */
export function layoutGraph({ nodes, edges: all }: BlockGraph): GraphLayout {
  const order = new Map(nodes.map(({ id }, index) => [id, index]));
  const edges = all.filter(({ from, to }) => order.has(from) && order.has(to));
  const ports = portsOf(nodes, edges, order);
  const lanes = { left: lanesOf(edges, order, 'left'), right: lanesOf(edges, order, 'right') };
  const widthOf = ({ size, count }: Lanes) => (size === 0 ? 0 : LABELS + count * LANE);
  const x = MARGIN + widthOf(lanes.left);
  const placed = placeNodes(nodes, ports, x);
  const last = placed[placed.length - 1];
  return {
    width: x + NODE_WIDTH + widthOf(lanes.right) + MARGIN,
    height: (last === undefined ? 0 : last.y + last.height) + MARGIN,
    nodes: placed,
    edges: edges.map(edge => placeEdge(edge, placed, order, ports, lanes[sideOf(edge)])),
  };
}

/** The rows on one side of a node, one for each branch that comes in and each trunk that goes out. */
type Ports = ReadonlyMap<string, readonly string[]>;

const portKey = (node: string, side: Side): string => `${node}\n${side}`;
const incoming = (edge: GraphEdge): string => `in\n${edge.from}\n${edge.kind}\n${edge.via ?? ''}`;
const outgoing = (edge: GraphEdge): string => `out\n${edge.kind}`;
const trunkKey = (edge: GraphEdge): string => `${edge.from}\n${edge.kind}`;

function portsOf(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  order: ReadonlyMap<string, number>,
): Ports {
  const ports = new Map<string, string[]>();
  for (const { id } of nodes) for (const side of ['left', 'right'] as const) ports.set(portKey(id, side), []);
  // The nearest giver comes in at the top, so that branches cross as few trunks as can be.
  const inward = [...edges].sort((a, b) => order.get(b.from)! - order.get(a.from)!);
  for (const edge of inward) ports.get(portKey(edge.to, sideOf(edge)))!.push(incoming(edge));
  for (const edge of edges) {
    const rows = ports.get(portKey(edge.from, sideOf(edge)))!;
    if (!rows.includes(outgoing(edge))) rows.push(outgoing(edge));
  }
  return ports;
}

function placeNodes(nodes: readonly GraphNode[], ports: Ports, x: number): readonly PlacedNode[] {
  let y = MARGIN;
  return nodes.map(node => {
    const rows = Math.max(
      ports.get(portKey(node.id, 'left'))!.length,
      ports.get(portKey(node.id, 'right'))!.length,
    );
    const height = Math.max(MIN_HEIGHT, rows * ROW + 10);
    const placed = { node, label: shorten(node.title, 31), x, y, width: NODE_WIDTH, height };
    y += height + GAP;
    return placed;
  });
}

interface Lanes {
  /** The lane of each trunk, from 0 beside the column. */
  readonly laneOf: ReadonlyMap<string, number>;
  readonly count: number;
  /** How many trunks there are. */
  readonly size: number;
}

/** Gives each trunk of a side the nearest lane that is free along its way, the shortest trunks first. */
function lanesOf(edges: readonly GraphEdge[], order: ReadonlyMap<string, number>, side: Side): Lanes {
  const trunks = new Map<string, { start: number; end: number }>();
  for (const edge of edges) {
    if (sideOf(edge) !== side) continue;
    const from = order.get(edge.from)!;
    const to = order.get(edge.to)!;
    const known = trunks.get(trunkKey(edge)) ?? { start: from, end: from };
    trunks.set(trunkKey(edge), { start: Math.min(known.start, to), end: Math.max(known.end, to) });
  }
  const byLength = [...trunks].sort(
    ([, a], [, b]) => a.end - a.start - (b.end - b.start) || a.start - b.start,
  );
  const taken: (readonly { start: number; end: number }[])[] = [];
  const laneOf = new Map<string, number>();
  for (const [key, span] of byLength) {
    const isFree = (lane: readonly { start: number; end: number }[]) =>
      lane.every(other => other.end < span.start || span.end < other.start);
    const free = taken.findIndex(isFree);
    const lane = free < 0 ? taken.length : free;
    taken[lane] = [...(taken[lane] ?? []), span];
    laneOf.set(key, lane);
  }
  return { laneOf, count: taken.length, size: trunks.size };
}

function placeEdge(
  edge: GraphEdge,
  nodes: readonly PlacedNode[],
  order: ReadonlyMap<string, number>,
  ports: Ports,
  lanes: Lanes,
): PlacedEdge {
  const side = sideOf(edge);
  const giver = nodes[order.get(edge.from)!]!;
  const taker = nodes[order.get(edge.to)!]!;
  const rowY = (placed: PlacedNode, port: string): number => {
    const rows = ports.get(portKey(placed.node.id, side))!;
    const top = (placed.height - rows.length * ROW) / 2;
    return placed.y + top + (rows.indexOf(port) + 0.5) * ROW;
  };
  const outward = side === 'left' ? -1 : 1;
  const at = side === 'left' ? giver.x : giver.x + giver.width;
  const lane = at + outward * (LABELS + (lanes.laneOf.get(trunkKey(edge))! + 0.5) * LANE);
  const y1 = rowY(giver, outgoing(edge));
  const y2 = rowY(taker, incoming(edge));
  return {
    edge,
    label: edgeLabel(edge),
    title: edgeTitle(edge),
    path: busPath(at, y1, lane, y2, outward),
    labelX: at + outward * 12,
    labelY: y2 - 5,
    anchor: side === 'left' ? 'end' : 'start',
  };
}

/** From the giver out to its lane, along it, and in to the taker. */
function busPath(at: number, y1: number, lane: number, y2: number, outward: number): string {
  const down = y2 >= y1 ? 1 : -1;
  const bend = Math.min(CORNER, Math.abs(y2 - y1) / 2);
  const before = lane - outward * bend;
  return [
    `M${at} ${y1}H${before}`,
    `Q${lane} ${y1} ${lane} ${y1 + down * bend}`,
    `V${y2 - down * bend}`,
    `Q${lane} ${y2} ${before} ${y2}`,
    `H${at + outward * 7}`,
  ].join('');
}
