import { expect, test } from 'vitest';
import type { DocumentDiagnosticReport, ShowMessageParams } from 'vscode-languageserver/node';
import { startEditor } from '../../support/editor';

test('a shell parser that cannot be loaded is told once, and the server answers all the same', async () => {
  const broken = Promise.reject(new Error('The shell parser cannot be loaded from here: it is damaged.'));
  const editor = await startEditor({ 'commands/b.md': '```bash\nX=1\n```\n' }, {}, {}, broken);
  const told: ShowMessageParams[] = [];
  editor.connection.onRequest('window/showMessageRequest', (message: ShowMessageParams) => {
    told.push(message);
    return null;
  });
  await editor.open('commands/a.md', '```bash\nX=1\n```\n```bash\necho $X\n```\n');
  const report = await editor.ask<DocumentDiagnosticReport>('diagnostic', 'commands/a.md');
  expect(report).toMatchObject({ kind: 'full', items: [] });
  const all = await editor.connection.sendRequest('workspace/diagnostic', { previousResultIds: [] });
  expect(all).toMatchObject({ items: [{ items: [] }] });
  const position = { line: 4, character: 7 };
  expect(await editor.ask('hover', 'commands/a.md', { position })).toBeNull();
  expect(told.map(({ message }) => message)).toEqual([
    'Crossblock: The shell parser cannot be loaded from here: it is damaged.',
  ]);
});
