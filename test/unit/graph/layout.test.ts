import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edgeLabel, shorten } from '../../../server/analysis/graph/labels';
import { layoutGraph } from '../../../server/analysis/graph/layout';
import type { BlockGraph, EdgeKind } from '../../../server/analysis/graph/types';
import { edge, node } from '../../support/graphs';

const graphs: fc.Arbitrary<BlockGraph> = fc.integer({ min: 2, max: 30 }).chain(count =>
  fc
    .array(
      fc.tuple(
        fc.integer({ min: 1, max: count }),
        fc.integer({ min: 1, max: count }),
        fc.constantFrom<EdgeKind>('kept', 'lost', 'recalculated', 'library'),
      ),
      { maxLength: 120 },
    )
    .map(found => {
      const edges = new Map(
        found
          .filter(([from, to]) => from !== to)
          .map(([from, to, kind]) => [`${from} ${to} ${kind}`, edge(from, to, kind)]),
      );
      return {
        nodes: Array.from({ length: count }, (_, index) => node(index + 1)),
        edges: [...edges.values()],
      };
    }),
);

describe('layoutGraph', () => {
  test('blocks stand in order, apart, and inside the picture', () => {
    fc.assert(
      fc.property(graphs, graph => {
        const { nodes, width, height } = layoutGraph(graph);
        nodes.forEach((placed, index) => {
          const next = nodes[index + 1];
          if (next !== undefined) expect(placed.y + placed.height).toBeLessThan(next.y);
          expect(placed.x + placed.width).toBeLessThan(width);
          expect(placed.y + placed.height).toBeLessThan(height);
        });
      }),
    );
  });

  test('no two labels lie on each other, and no two givers share a lane where they meet', () => {
    fc.assert(
      fc.property(graphs, graph => {
        const { edges } = layoutGraph(graph);
        const labels = edges.map(({ labelX, labelY }) => `${labelX} ${labelY}`);
        expect(new Set(labels).size).toBe(labels.length);
        const trunks = edges.map(({ edge: { from, kind }, path }) => {
          const [, y1, lane, y2] = /^M\S+ (\S+)H.*?Q(\S+) .*V.*Q\S+ (\S+) /.exec(path)!.map(Number);
          return { giver: `${from} ${kind}`, lane, start: Math.min(y1!, y2!), end: Math.max(y1!, y2!) };
        });
        for (const a of trunks)
          for (const b of trunks)
            if (a.giver !== b.giver && a.lane === b.lane)
              expect(a.end < b.start || b.end < a.start).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('what is lost is on the left, the rest on the right', () => {
    const { edges } = layoutGraph({
      nodes: [node(1), node(2)],
      edges: [edge(1, 2, 'lost'), edge(1, 2, 'kept')],
    });
    expect(edges.map(({ anchor }) => anchor)).toEqual(['end', 'start']);
  });

  test('60 blocks and 300 edges stay a column that a screen is wide enough for', () => {
    const edges = Array.from({ length: 300 }, (_, index) => {
      const from = 1 + ((index * 7) % 59);
      return edge(from, from + 1 + ((index * 13) % (60 - from)), index % 2 === 0 ? 'lost' : 'kept');
    });
    const nodes = Array.from({ length: 60 }, (_, index) => node(index + 1));
    expect(layoutGraph({ nodes, edges }).width).toBeLessThan(1_600);
  });

  test('an edge to a node that is not there is left out', () => {
    expect(layoutGraph({ nodes: [node(1)], edges: [edge(1, 9, 'lost')] }).edges).toEqual([]);
  });
});

describe('labels', () => {
  test('names as far as there is room, and how many there are besides', () => {
    expect(edgeLabel(edge(1, 2, 'lost', ['ALPHA', 'BETA']))).toBe('ALPHA, BETA');
    expect(edgeLabel(edge(1, 2, 'lost', ['ALPHA', 'BETA', 'GAMMA', 'DELTA']), 20)).toBe('ALPHA, BETA, +2');
  });

  test('a long text ends with an ellipsis and holds no half character', () => {
    expect(shorten('abc\n  def', 20)).toBe('abc def');
    expect(shorten('ab😀cd', 4)).toBe('ab…');
  });
});
