import { describe, expect, test } from 'vitest';
import { MarkupKind } from 'vscode-languageserver/node';
import { liveValuesOf } from '../../../server/inspector/liveValues';
import type { StateFilesView, StateFileView, StateValueView } from '../../../server/inspector/types';
import { blocksOf } from '../../../server/languageServer/blocks';
import { hoverAt } from '../../../server/languageServer/hover';
import { liveValueHints } from '../../../server/languageServer/liveValueHints';
import { withLiveValue } from '../../../server/languageServer/liveValueHover';
import { checked } from '../../support/checked';

const TEXT =
  '## Step 1\n\n```bash\necho "PLAN=plan.md" > /tmp/s.sh\n```\n\n## Step 2\n\n```bash\n. /tmp/s.sh\ncat "$PLAN" "$PLAN"\n```\n';
const URI = 'file:///d.md';

function file(values: readonly Partial<StateValueView>[], more: Partial<StateFileView> = {}): StateFileView {
  return {
    id: 'id',
    pathKey: 'abc123',
    name: 's.sh',
    directory: '/tmp',
    kind: 'file',
    size: 1,
    modified: 0,
    mode: 0o600,
    owner: 0,
    own: true,
    format: 'shell',
    values: values.map((value, index) => ({
      index,
      name: 'PLAN',
      text: '',
      masked: false,
      literal: true,
      ...value,
    })),
    moreValues: 0,
    remarks: [],
    warnings: [],
    stale: undefined,
    states: 1,
    claims: [{ glob: '/tmp/s.sh', uri: URI, line: 3, block: 1, access: 'write' }],
    ...more,
  };
}

function view(...files: readonly StateFileView[]): StateFilesView {
  return { files, gone: [], notices: [] };
}

describe('live values of a variable', () => {
  test.each([
    ['of another document', [file([{ text: 'x' }], { claims: [] })], []],
    ['of another name', [file([{ name: 'PLANS', text: 'x' }])], []],
    ['of a format without variables', [file([{ text: 'x' }], { format: 'json' })], []],
    [
      'an array',
      [
        file([
          { name: 'PLAN[0]', text: 'a' },
          { name: 'PLAN[1]', text: 'b' },
        ]),
      ],
      ['([0]=a [1]=b)'],
    ],
    [
      'two files, the newer first',
      [file([{ text: 'old' }], { modified: 1 }), file([{ text: 'new' }], { modified: 2 })],
      ['new', 'old'],
    ],
  ] as const)('%s', (_, files, expected) => {
    expect(liveValuesOf(view(...files), URI, 'PLAN').map(({ text }) => text)).toEqual(expected);
  });
});

describe('hover', () => {
  async function hover(
    list: () => Promise<StateFilesView>,
    kind: MarkupKind,
    command?: string,
  ): Promise<string> {
    const check = await checked(TEXT);
    const position = { line: 10, character: 7 };
    const source = { list, showCommand: () => command };
    const said = await withLiveValue(hoverAt(check, position, kind), check, URI, position, kind, source);
    return (said!.contents as { readonly value: string }).value;
  }
  const live = view(file([{ text: 'plan.md' }]));

  test('says the value and the file, behind what it says already', async () => {
    const said = await hover(async () => live, MarkupKind.PlainText);
    expect(said).toMatch(/^PLAN is restored from .*\n\nLive: PLAN = plan\.md in \/tmp\/s\.sh\.$/s);
  });

  test('links to the file where the client can show it, and to nothing else', async () => {
    const hostile = view(file([{ text: '[x](command:evil) <b>' }], { name: 'a](command:evil)' }));
    const said = await hover(async () => hostile, MarkupKind.Markdown, 'crossblock.show');
    // Whatever is escaped is text; of the rest, one link is left.
    expect(said.match(/(?<!\\)\]\([^)]*\)/g)).toEqual(['](command:crossblock.show?%5B%22abc123%22%5D)']);
    expect(said).not.toMatch(/(?<!\\)<b>/);
  });

  test('says what it knows where the inspector does not answer', async () => {
    const said = await hover(() => Promise.reject(new Error('ended')), MarkupKind.PlainText);
    expect(said).toMatch(/^PLAN is restored from/);
  });
});

describe('hints', () => {
  const range = (start: number, end: number) => ({
    start: { line: start, character: 0 },
    end: { line: end, character: 0 },
  });
  test('behind the first read of a block, cut, and only in the range', async () => {
    const check = await checked(TEXT);
    const long = view(file([{ text: 'x'.repeat(100) }]));
    expect(liveValueHints(check, URI, range(0, 20), long)).toMatchObject([
      { position: { line: 10, character: 10 }, label: `= ${'x'.repeat(40)}…` },
    ]);
    expect(liveValueHints(check, URI, range(0, 5), long)).toEqual([]);
  });
});

test('blocks say what they need and provide, in lines that break nothing', async () => {
  const check = await checked(TEXT.replace('"$PLAN" "$PLAN"', '"$PLAN" "$LOST\u202e"'));
  const blocks = blocksOf(check);
  expect(blocks.map(({ number, firstLine, lastLine, kind }) => [number, firstLine, lastLine, kind])).toEqual([
    [1, 2, 4, 'step'],
    [2, 8, 11, 'step'],
  ]);
  expect(blocks[1]?.needs[0]).toMatch(/^PLAN is restored from/);
  expect(JSON.stringify(blocks)).not.toMatch(/\u202e/);
});
