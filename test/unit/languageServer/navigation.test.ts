import { describe, expect, test } from 'vitest';
import type { CodeLens, DocumentHighlight, DocumentSymbol, Location } from 'vscode-languageserver/node';
import { type Editor, marked, shown, startEditor } from '../../support/editor';
import { PROJECT, REPORT, REPORT_FILE } from '../../support/report';

/** Asks about the place at `‸` in a report. */
async function at<R>(method: string, text: string, params = {}, file = REPORT_FILE): Promise<R> {
  const editor = await startEditor(PROJECT);
  const place = marked(text);
  await editor.open(file, place.text);
  return editor.ask<R>(method, file, { position: place.position, ...params });
}

const put = (before: string, after: string, text = REPORT): string => {
  expect(text.split(before + after)).toHaveLength(2);
  return text.replace(before + after, `${before}‸${after}`);
};

describe('definition', () => {
  const definition = async (text: string) => shown(await at<readonly Location[]>('definition', text));

  test('of a lost read is where an earlier block set it', async () => {
    expect(await definition(put('cat "$P', 'LAN"'))).toEqual(['report.md:7:0-4']);
  });

  test('of a name in its own block is the definition that reaches it', async () => {
    expect(await definition(put('== $ti', 'tle'))).toEqual(['report.md:27:8-13']);
    const text = '```bash\nX=1\nX=2\necho "$X‸"\n```\n';
    expect(await definition(text)).toEqual(['report.md:3:0-1']);
  });

  test('of functions, of the block and of a library that an earlier block sourced', async () => {
    expect(await definition(put('hea', 'ding "$PLAN"'))).toEqual(['report.md:26:0-7']);
    expect(await definition(put('gre', 'et World'))).toEqual(['workflow.sh:6:0-5']);
    expect(await definition(put('append_work', 'flow_state "PLAN"'))).toEqual(['workflow.sh:2:0-21']);
  });

  test('of a sourced file is that library', async () => {
    expect(await definition(put('lib/work', 'flow.sh'))).toEqual(['workflow.sh:1:0-0']);
  });

  test('of a command that nobody defines is nothing', async () => {
    expect(await definition(put('> so', 'urce .state.env'))).toEqual([]);
  });
});

test('the hover over a library’s function names the library', async () => {
  const hover = await at<{ readonly contents: object }>('hover', put('append_work', 'flow_state "PLAN"'));
  expect(hover.contents).toEqual({
    kind: 'plaintext',
    value: 'append_workflow_state is a function of workflow.sh, which this block sources in line 9.',
  });
});

describe('references', () => {
  const references = async (text: string, includeDeclaration = true) =>
    shown(await at<readonly Location[]>('references', text, { context: { includeDeclaration } }));

  test('go through blocks in lists and quotes, state keys and libraries, with UTF-16 columns', async () => {
    const all = [
      'report.md:7:0-4',
      'report.md:10:23-27',
      'report.md:10:31-35',
      'report.md:18:18-22',
      'report.md:20:11-15',
      'report.md:30:10-14',
      'workflow.sh:8:22-26',
    ];
    expect(await references(put('cat "$P', 'LAN"'))).toEqual(all);
    expect(await references(put('state "PL', 'AN"'), false)).toEqual(all.slice(1));
  });

  test('of a local variable stay in its function', async () => {
    expect(await references(put('local ti', 'tle='))).toEqual(['report.md:27:8-13', 'report.md:28:12-17']);
  });

  test('of a function are its calls, also in `export -f`', async () => {
    const text = '```bash\nf‸() { :; }\nexport -f f\nf\n```\n```bash\nf x\n```\n';
    expect(await references(text)).toEqual([
      'report.md:2:0-1',
      'report.md:3:10-11',
      'report.md:4:0-1',
      'report.md:7:0-1',
    ]);
  });

  test.each([
    ['a redirected echo', 'echo "K‸=1" >> s.env\n. s.env\necho $K', ['2:6-7', '4:6-7']],
    ['printf', "printf 'A=1\\nK‸=%q\\n' 2 > s.env\necho $K", ['2:13-14', '3:6-7']],
    ['printf with names', "printf '%s=%q\\n' K‸ 2 > s.env\necho $K", ['2:17-18', '3:6-7']],
    ['a here-document', 'cat > s.env <<EOF\nexport K‸=1\nEOF\necho $K', ['3:7-8', '5:6-7']],
    ['unset and export', 'K‸=1\nexport K\nunset K', ['2:0-1', '3:7-8', '4:6-7']],
    ['a saver that is not found', 'K=1\nsave_state "K‸" "$K"', ['2:0-1', '3:12-13', '3:17-18']],
    ['arithmetic', '((K‸++))\necho ${#K}', ['2:2-3', '3:8-9']],
  ])('in %s', async (_, block, expected) => {
    const found = await references(`\`\`\`bash\n${block}\n\`\`\`\n`);
    expect(found).toEqual(expected.map(place => `report.md:${place}`));
  });

  test('of a printed label are none: what goes to the reader is no state', async () => {
    expect(await references('```bash\nK‸=1\necho "K=$K"\n```\n')).toEqual([
      'report.md:2:0-1',
      'report.md:3:9-10',
    ]);
  });

  test('include the commands in the prose', async () => {
    const text = '```bash\nDIR‸=a\n```\nThen run `ls "$DIR/x"`.\n';
    expect(await references(text)).toEqual(['report.md:2:0-3', 'report.md:4:15-18']);
  });
});

test('highlights tell what sets from what reads, and stay in the document', async () => {
  const found = await at<readonly DocumentHighlight[]>('documentHighlight', put('cat "$P', 'LAN"'));
  expect(found.map(({ range, kind }) => `${range.start.line + 1} ${kind}`)).toEqual([
    '7 3',
    '10 1',
    '10 2',
    '18 2',
    '20 2',
    '30 2',
  ]);
});

describe('code lens', () => {
  const lenses = async (editor: Editor) => {
    await editor.open(REPORT_FILE, REPORT);
    return editor.ask<readonly CodeLens[]>('codeLens', REPORT_FILE);
  };

  test('tells what each block needs and provides', async () => {
    const found = await lenses(await startEditor(PROJECT));
    expect(found.map(({ range, command }) => `${range.start.line + 1}: ${command?.title}`)).toEqual([
      '5: provides PLAN, STATE_FILE',
      '17: needs PLAN (lost)',
      '25: needs PLAN (lost), greet (lost) · provides heading()',
    ]);
    expect(found[0]?.command?.command).toBe('');
  });

  test('runs the command that the client has for it', async () => {
    const editor = await startEditor(PROJECT, {}, { blockCommand: 'x.show' });
    expect((await lenses(editor))[1]?.command).toMatchObject({
      command: 'x.show',
      arguments: [editor.uri(REPORT_FILE), 16],
    });
  });
});

describe('document symbols', () => {
  const symbols = async (nested: boolean) => {
    const editor = await startEditor(PROJECT, {
      textDocument: { documentSymbol: { hierarchicalDocumentSymbolSupport: nested } },
    });
    await editor.open(REPORT_FILE, REPORT);
    return editor.ask<readonly DocumentSymbol[]>('documentSymbol', REPORT_FILE);
  };
  const tree = (found: readonly DocumentSymbol[], depth = 0): readonly string[] =>
    found.flatMap(({ name, children = [] }) => ['  '.repeat(depth) + name, ...tree(children, depth + 1)]);

  test('are the blocks under their headings', async () => {
    expect(tree(await symbols(true))).toEqual([
      'Report',
      '  Step 1: Set up',
      '    Block 1: Find the plan',
      '      PLAN',
      '      STATE_FILE',
      '  Step 2: Use it',
      '    Block 2: é="𝒳"; cat "$PLAN" # é 𝒳',
      '  Step 3: Greet',
      '    Block 3: heading() {',
      '      heading',
    ]);
  });

  test('are a list for a client that takes no tree', async () => {
    const found = await symbols(false);
    expect(found.map(({ name }) => name)).toContain('Block 3: heading() {');
    expect(found.every(symbol => 'location' in symbol)).toBe(true);
  });

  test('ranges contain what they select, and their children', async () => {
    const inside = (inner: DocumentSymbol['range'], outer: DocumentSymbol['range']) =>
      (inner.start.line > outer.start.line ||
        (inner.start.line === outer.start.line && inner.start.character >= outer.start.character)) &&
      (inner.end.line < outer.end.line ||
        (inner.end.line === outer.end.line && inner.end.character <= outer.end.character));
    const check = (found: readonly DocumentSymbol[]): void => {
      for (const symbol of found) {
        expect(inside(symbol.selectionRange, symbol.range), symbol.name).toBe(true);
        for (const child of symbol.children ?? [])
          expect(inside(child.range, symbol.range), child.name).toBe(true);
        check(symbol.children ?? []);
      }
    };
    check(await symbols(true));
  });
});

test('a document that is no command markdown has no answers', async () => {
  expect(await at('definition', put('cat "$P', 'LAN"'), {}, 'notes/x.md')).toBeNull();
});
