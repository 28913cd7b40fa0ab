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

  test('the places of the State Inspector can be set by the user only, never by a folder', () => {
    const { contributes, capabilities } = manifest();
    for (const setting of ['state.globs', 'state.directories']) {
      assert.deepEqual(workspace.getConfiguration('crossblock').inspect(setting)?.defaultValue, []);
      assert.equal(contributes.configuration.properties[`crossblock.${setting}`]?.scope, 'machine');
      const { restrictedConfigurations } = capabilities.untrustedWorkspaces;
      assert.ok(restrictedConfigurations.includes(`crossblock.${setting}`));
    }
    assert.equal(contributes.configuration.properties['crossblock.state.staleAfterHours']?.scope, 'machine');
  });
});

interface Manifest {
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope: string }>> };
  };
}

function manifest(): Manifest {
  const extension = extensions.getExtension('crossblock.crossblock');
  assert.ok(extension);
  return extension.packageJSON;
}
