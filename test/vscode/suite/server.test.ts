import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { commands } from 'vscode';
import { closeAll, open, waitFor, waitForRules } from './editor';

const file = '.claude/commands/publish.md';

suite('language server', () => {
  teardown(closeAll);

  test('the command restarts it, and findings come back', async () => {
    await open(file);
    await waitForRules(file, ['lost-variable']);
    await commands.executeCommand('crossblock.restartServer');
    await waitForRules(file, ['lost-variable']);
  });

  // Only Linux tells a process's children without a tool of its own.
  (process.platform === 'linux' ? test : test.skip)('a killed server is started again', async () => {
    await open(file);
    await waitForRules(file, ['lost-variable']);
    const [first] = await waitFor('the server runs', runningServers);
    assert.ok(first);
    process.kill(first, 'SIGKILL');
    const [second] = await waitFor('another server runs', () => runningServers(first));
    assert.notEqual(second, first);
    await closeAll();
    await open(file);
    await waitForRules(file, ['lost-variable']);
  });
});

/** The process ids of the servers that this extension host has started, without a known one; undefined for none. */
function runningServers(known?: number): readonly number[] | undefined {
  const servers = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(id => id !== known && isServer(id));
  return servers.length > 0 ? servers : undefined;
}

function isServer(id: number): boolean {
  try {
    const parent = /^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1];
    return (
      Number(parent) === process.pid && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('server.js')
    );
  } catch {
    return false;
  }
}
