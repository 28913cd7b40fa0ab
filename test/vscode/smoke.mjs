// Installs the packed VSIX as a user does: development mode would hide a file that the package lacks.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { packageExtension } from '../../scripts/package.mjs';
import { runScenario } from './scenario.mjs';
import { runStep } from './steps.mjs';
import { firstReleaseBlock } from './workspace.mjs';

const vsix = await packageExtension();

await runScenario(
  // In restricted mode, where a folder that someone has just cloned is opened: there it has to work, too.
  {
    name: 'vsix',
    trusted: false,
    install: (extensionsFolder, build) => install(vsix, extensionsFolder, build),
  },
  async ({ workbench, project }, step) => {
    await step('the installed extension marks a lost variable', async () => {
      await workbench.openFromExplorer('.claude/commands/publish.md');
      await workbench.waitForSquiggle();
    });

    await step('the installed extension shows a state file', async () => {
      execFileSync('bash', ['-c', firstReleaseBlock(project.folder)]);
      await workbench.openViewContainer('Crossblock');
      await workbench.expand(workbench.treeRow(path.basename(project.stateFile)));
      await workbench.treeRow(/RELEASE.*1\.4\.0/).waitFor();
      await workbench.screenshot('8-installed-restricted');
    });
  },
);

async function install(file, extensionsFolder, build) {
  const data = path.join(path.dirname(extensionsFolder), 'data');
  const folders = ['--extensions-dir', extensionsFolder, '--user-data-dir', data];
  const config = ['--config', path.join(path.dirname(extensionsFolder), 'config.yaml')];
  await runStep('VSIX: install', build.node, [
    build.entry,
    ...config,
    ...folders,
    '--install-extension',
    file,
  ]);
}
