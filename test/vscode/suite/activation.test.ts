import assert from 'node:assert/strict';
import { commands, extensions, workspace } from 'vscode';
import { waitFor } from './editor';

suite('activation', () => {
  test('a workspace with command markdown starts the extension by itself', async () => {
    const extension = extensions.getExtension('crossblock.crossblock');
    assert.ok(extension, 'the extension is installed');
    await waitFor('the extension is active', () => extension.isActive);
  });

  test('the commands of the palette exist', async () => {
    const known = new Set(await commands.getCommands(true));
    for (const command of ['restartServer', 'showOutput', 'openSettings']) {
      assert.ok(known.has(`crossblock.${command}`), command);
    }
  });

  test('the globs of the State Inspector can be set by the user only, never by a folder', () => {
    const inspected = workspace.getConfiguration('crossblock').inspect('state.globs');
    assert.deepEqual(inspected?.defaultValue, []);
    const { properties } = manifest().contributes.configuration;
    assert.equal(properties['crossblock.state.globs']?.scope, 'machine');
  });
});

interface Manifest {
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope: string }>> };
  };
}

function manifest(): Manifest {
  const extension = extensions.getExtension('crossblock.crossblock');
  assert.ok(extension);
  return extension.packageJSON;
}
