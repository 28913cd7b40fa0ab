import { describe, expect, test } from 'vitest';
import { GRAPH_FORMATS } from '../../../server/analysis/graph/formats';
import { edge, node } from '../../support/graphs';

const HOSTILE = '</title><script>"\\x" #quot; & \u0007\u202e\ud800 `|]}\n$(id)';
const GRAPH = {
  nodes: [node(1, HOSTILE), node(2)],
  edges: [edge(1, 2, 'lost', [HOSTILE]), edge(1, 2, 'kept', ['B'])],
};
const written = (format: string) => GRAPH_FORMATS[format]!(GRAPH);

describe('a graph whose texts are hostile', () => {
  test('as Mermaid: one line a node and an edge, and no sign that ends a label', () => {
    const lines = written('mermaid').split('\n');
    expect(lines).toHaveLength(7);
    for (const line of lines.slice(1, 5))
      expect(line).toMatch(
        /^ {2}b\d(?:\["[^"<>&\\`|\]]*"\]| -\.?->\|"[^"<>&\\`|]*"\| b2| -->\|"[^"]*"\| b2)$/,
      );
  });

  test('as dot: each quote between quotes is escaped', () => {
    const lines = written('dot')
      .split('\n')
      .filter(line => line.includes('label='));
    expect(lines).toHaveLength(4);
    for (const line of lines)
      expect(line).toMatch(/^ {2}\w+(?: -> \w+)? \[label="(?:[^"\\]|\\.)*"(?:, [\w=#", ]+)?\];$/);
  });

  test('as SVG: no tag and no character that XML does not know', () => {
    const svg = written('svg');
    expect(svg).not.toMatch(/<script|\u0007|\u202e|\ud800/u);
    expect(svg.match(/<title>/g)).toHaveLength(svg.match(/<\/title>/g)!.length);
    expect(svg.match(/&(?!#\d+;)/g)).toBeNull();
  });

  test('as JSON: what it was', () => {
    const [node] = JSON.parse(written('json')).nodes;
    expect(node).toMatchObject({ title: HOSTILE, firstLine: GRAPH.nodes[0]!.firstLine + 1 });
  });
});

test('what is lost is told apart by more than its colour', () => {
  expect(written('svg')).toContain('✗');
  expect(written('mermaid')).toContain('LOST');
  expect(written('dot')).toMatch(/LOST.*style=dashed/);
});
