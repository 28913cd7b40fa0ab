import assert from 'node:assert/strict';
import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CodeLens,
  type CompletionList,
  commands,
  type DocumentHighlight,
  type DocumentSymbol,
  type FoldingRange,
  type InlayHint,
  type Location,
  type LocationLink,
  type Position,
  Range,
  type SelectionRange,
  type SemanticTokens,
  type SymbolInformation,
  type TextDocument,
  Uri,
  type WorkspaceEdit,
  workspace,
} from 'vscode';
import { closeAll, open, waitFor, waitForRules } from './editor';

const FILE = '.claude/commands/features.md';

suite('language features', () => {
  let document: TextDocument;

  setup(async () => {
    document = await open(FILE);
    await waitForRules(FILE, ['lost-variable', 'lost-library']);
  });
  teardown(closeAll);

  /** The place behind the first letter of a text that the document holds, from its end. */
  const at = (text: string): Position => {
    const index = document.getText().lastIndexOf(text);
    assert.ok(index >= 0, text);
    return document.positionAt(index + 1);
  };
  const ask = <T>(command: string, ...parameters: readonly unknown[]): Promise<T> =>
    Promise.resolve(commands.executeCommand<T>(command, document.uri, ...parameters));
  const place = (location: Location | LocationLink): string => {
    const [uri, range] =
      'targetUri' in location ? [location.targetUri, location.targetRange] : [location.uri, location.range];
    return `${uri.path.replace(/^.*\//, '')}:${range.start.line + 1}`;
  };

  test('a code lens above each block says what it needs and provides', async () => {
    const lenses = await ask<readonly CodeLens[]>('vscode.executeCodeLensProvider', 10);
    const titles = lenses.map(({ command }) => command?.title);
    assert.ok(titles.includes('provides PLAN'), titles.join());
    assert.ok(titles.includes('needs PLAN (lost), greet (lost)'), titles.join());
    const shown = lenses.find(({ command }) => command?.title === 'provides PLAN');
    assert.equal(shown?.command?.command, 'crossblock.blockFlow.show');
    assert.equal(shown?.command?.arguments?.[1], shown?.range.start.line);
  });

  test('the definition of a lost name is in the earlier block, of a function in the library', async () => {
    const definitions = async (text: string) =>
      (await ask<readonly Location[]>('vscode.executeDefinitionProvider', at(text))).map(place);
    assert.deepEqual(await definitions('PLAN"\n  > greet'), ['features.md:10']);
    assert.deepEqual(await definitions('greet World'), ['workflow.sh:6']);
  });

  test('references and highlights go through all blocks', async () => {
    const references = await ask<readonly Location[]>('vscode.executeReferenceProvider', at('PLAN='));
    assert.deepEqual(references.map(place).sort(), [
      'features.md:10',
      'features.md:12',
      'features.md:12',
      'features.md:20',
      'workflow.sh:7',
    ]);
    const highlights = await ask<readonly DocumentHighlight[]>(
      'vscode.executeDocumentHighlights',
      at('PLAN='),
    );
    const texts = highlights.map(({ range }) => `${range.start.line + 1} ${document.getText(range)}`);
    assert.deepEqual(texts, ['10 PLAN', '12 PLAN', '12 PLAN', '20 PLAN']);
  });

  test('the blocks are in the outline and in the search for symbols', async () => {
    const symbols = await ask<readonly DocumentSymbol[]>('vscode.executeDocumentSymbolProvider');
    const names = (items: readonly DocumentSymbol[]): readonly string[] =>
      items.flatMap(({ name, children }) => [name, ...names(children)]);
    assert.ok(names(symbols).includes('Block 1: Find the plan'), names(symbols).join());
    const found = await commands.executeCommand<readonly SymbolInformation[]>(
      'vscode.executeWorkspaceSymbolProvider',
      'Find the plan',
    );
    assert.deepEqual(
      found.map(({ name }) => name),
      ['Block 1: Find the plan'],
    );
  });

  test('completion offers a lost name with what makes it available', async () => {
    const before = document.getText().lastIndexOf('PLAN"\n  > greet');
    const list = await ask<CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.positionAt(before),
      '$',
    );
    const label = (item: CompletionList['items'][number]) =>
      typeof item.label === 'string' ? item.label : item.label.label;
    const item = list.items.find(candidate => label(candidate) === 'PLAN');
    assert.ok(item, list.items.map(label).join());
    assert.equal(item.additionalTextEdits?.[0]?.newText, '  > PLAN=plan.md\n');
  });

  test('rename changes blocks, state keys and libraries, and refuses what is not the document’s', async () => {
    const edit = await ask<WorkspaceEdit>('vscode.executeDocumentRenameProvider', at('PLAN='), 'ROADMAP');
    const changes = edit.entries().map(([uri, edits]) => `${uri.path.replace(/^.*\//, '')} ${edits.length}`);
    assert.deepEqual(changes.sort(), ['features.md 4', 'workflow.sh 1']);
    await assert.rejects(ask('vscode.prepareRename', at('cat "')), /cat is no function/);
  });

  test('folding and selection know the blocks', async () => {
    const folds = await ask<readonly FoldingRange[]>('vscode.executeFoldingRangeProvider');
    assert.ok(
      folds.some(({ start, end }) => start === 18 && end >= 20),
      JSON.stringify(folds),
    );
    const [selection] = await ask<readonly SelectionRange[]>('vscode.executeSelectionRangeProvider', [
      at('PLAN"\n  > greet'),
    ]);
    const texts: string[] = [];
    for (let range = selection; range !== undefined; range = range.parent)
      texts.push(document.getText(range.range));
    assert.ok(texts.includes('$PLAN') && texts.includes('cat "$PLAN"'), texts.join(' | '));
  });

  test('lost reads have semantic tokens', async () => {
    const tokens = await ask<SemanticTokens>('vscode.provideDocumentSemanticTokens');
    assert.equal(tokens.data.length, 10);
  });

  test('inlay hints come with their setting', async () => {
    const settings = workspace.getConfiguration('crossblock', document.uri);
    const whole = new Range(0, 0, document.lineCount, 0);
    const hints = () => ask<readonly InlayHint[]>('vscode.executeInlayHintProvider', whole);
    assert.deepEqual(await hints(), []);
    await settings.update('inlayHints.enable', true);
    try {
      const [hint] = await waitFor('a hint', async () => {
        const found = await hints();
        return found.length > 0 && found;
      });
      assert.equal(hint?.label, 'lost since block 1 (line 10)');
    } finally {
      await settings.update('inlayHints.enable', undefined);
    }
  });

  test('the callers of a library’s function are the blocks', async () => {
    const [item] = await ask<readonly CallHierarchyItem[]>('vscode.prepareCallHierarchy', at('greet World'));
    assert.ok(item);
    const calls = await commands.executeCommand<readonly CallHierarchyIncomingCall[]>(
      'vscode.provideIncomingCalls',
      item,
    );
    assert.deepEqual(
      calls.map(({ from }) => from.name),
      ['Block 2'],
    );
  });

  test('a file that no editor shows is reported, and a deleted one leaves nothing', async () => {
    const uri = Uri.joinPath(document.uri, '../hidden.md');
    await workspace.fs.writeFile(uri, Buffer.from('```bash\nX=1\n```\n```bash\necho $X\n```\n'));
    await waitForRules('.claude/commands/hidden.md', ['lost-variable']);
    const renamed = Uri.joinPath(document.uri, '../other.md');
    await workspace.fs.rename(uri, renamed);
    await waitForRules('.claude/commands/other.md', ['lost-variable']);
    await waitForRules('.claude/commands/hidden.md', []);
    await workspace.fs.delete(renamed);
    await waitForRules('.claude/commands/other.md', []);
  });
});
