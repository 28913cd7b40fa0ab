import { describe, expect, test } from 'vitest';
import { blockGraph } from '../../../server/analysis/graph/blockGraph';
import { edgeTitle } from '../../../server/analysis/graph/labels';
import { lostReads } from '../../../server/analysis/rules/lostReads';
import { checked } from '../../support/checked';

/** A document whose steps are some shell texts. */
function document(...blocks: readonly string[]): string {
  return blocks.map((text, index) => `## Step ${index + 1}\n\n\`\`\`bash\n${text}\n\`\`\`\n`).join('\n');
}

async function edgesOf(...blocks: readonly string[]): Promise<readonly string[]> {
  const { edges } = blockGraph((await checked(document(...blocks))).analysis);
  return edges.map(edge => `${edge.from} ${edge.to} ${edgeTitle(edge)}`);
}

describe('what travels', () => {
  test('a value that only an earlier block sets is lost, a function too', async () => {
    expect(await edgesOf('A=1\nB=2\nf() { :; }', 'echo "$A"', 'f "$B" "$A"')).toEqual([
      'b1 b2 LOST: A',
      'b1 b3 LOST: f(), B, A',
    ]);
  });

  test('a state file keeps what is written into it', async () => {
    expect(await edgesOf("printf 'A=%q\\n' 1 > .state.env", '. .state.env\necho "$A"')).toEqual([
      'b1 b2 kept by .state.env: A',
    ]);
  });

  test('of several blocks that write a file, the one that sets the name', async () => {
    const edges = await edgesOf(
      'A=1\necho "A=$A" > .s.env',
      'B=2\necho "B=$B" >> .s.env',
      '. .s.env\necho "$A $B"',
    );
    expect(edges).toEqual(['b1 b3 kept by .s.env: A', 'b2 b3 kept by .s.env: B']);
  });

  test('a file that is read without being sourced', async () => {
    expect(await edgesOf('date > stamp.txt', 'cat stamp.txt')).toEqual(['b1 b2 kept: stamp.txt']);
  });

  test('a file whose path is lost is not kept', async () => {
    expect(await edgesOf('F=stamp.txt\ndate > "$F"', 'cat "$F"')).toEqual(['b1 b2 LOST: F']);
  });

  test('the same assignment again is recalculated; another one is neither', async () => {
    expect(await edgesOf('A=1\nB=2\nf() { :; }', 'A=1\nB=3\nf() { :; }\necho "$A$B"')).toEqual([
      'b1 b2 recalculated: A, f()',
    ]);
  });

  test('what a same-shell directive joins is kept by the shell', async () => {
    const text = document('A=1', 'echo "$A"').replace('## Step 2\n\n', '<!-- crossblock: same-shell -->\n');
    const { edges } = blockGraph((await checked(text)).analysis);
    expect(edges.map(edgeTitle)).toEqual(['kept by the same shell: A']);
  });

  test('a value that the block sets itself does not travel', async () => {
    expect(await edgesOf('A=1', 'A=$(date)\necho "$A"')).toEqual([]);
  });

  test('the lost edges are what the rule reports', async () => {
    const { analysis } = await checked(document('A=1\nB=2', 'echo "$A"', 'rm -rf "$B/x"; echo "${A:-x}"'));
    const lost = blockGraph(analysis).edges.filter(({ kind }) => kind === 'lost');
    expect(lost.flatMap(({ items }) => items.map(({ name }) => name)).sort()).toEqual(
      lostReads(analysis.flow)
        .map(({ read }) => read.name)
        .sort(),
    );
  });
});

describe('nodes', () => {
  test('each block with its number, its heading and its lines', async () => {
    const { nodes } = blockGraph((await checked(document('A=1', 'echo "$A"'))).analysis);
    expect(nodes.map(({ id, title, firstLine, lastLine }) => [id, title, firstLine, lastLine])).toEqual([
      ['b1', '1 · Step 1', 2, 4],
      ['b2', '2 · Step 2', 8, 10],
    ]);
  });

  test('an example is there, and quiet', async () => {
    const text = document('A=1').replace('## Step 1\n', '<!-- crossblock: example -->\n');
    expect(blockGraph((await checked(text)).analysis).nodes.map(({ isQuiet }) => isQuiet)).toEqual([true]);
  });

  test('places are exact in a list in a quote', async () => {
    const text = '> - ```bash\n>   A=1\n>   ```\n>\n> - ```bash\n>   echo "$A"\n>   ```\n';
    const [edge] = blockGraph((await checked(text)).analysis).edges;
    expect(edge?.items[0]).toMatchObject({ given: { line: 1, column: 4 }, used: { line: 5, column: 10 } });
  });

  test('a document without blocks', async () => {
    expect(blockGraph((await checked('# Nothing\n')).analysis)).toEqual({ nodes: [], edges: [] });
  });
});
