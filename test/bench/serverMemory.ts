import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type WorkspaceDiagnosticReport,
} from 'vscode-languageserver/node';

/** Resident memory of a language server, in MB. */
export interface ServerMemory {
  readonly files: number;
  readonly before: number;
  /** The most that it ever had. */
  readonly peak: number;
  /** A few seconds behind the last file. */
  readonly after: number;
}

/** Milliseconds until the thread that has looked at the files is gone. */
const REST = 4_000;

/**
 * Has a language server look at all command files of a folder, as an editor does that shows problems of the whole workspace.
 * Null where the system does not tell a process's memory.
 * @param words how VS Code starts the server: options of Node, the bundle, and what the bundle is told
 */
export async function measureServerMemory(
  words: readonly string[],
  folder: string,
): Promise<ServerMemory | null> {
  if (process.platform !== 'linux') return null;
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  try {
    const capabilities = { textDocument: { diagnostic: {} } };
    const rootUri = pathToFileURL(folder).href;
    await connection.sendRequest('initialize', { processId: process.pid, rootUri, capabilities });
    await connection.sendNotification('initialized', {});
    await setTimeout(REST);
    const before = memoryOf(child.pid, 'VmRSS');
    const { items } = await connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
      previousResultIds: [],
    });
    await setTimeout(REST);
    const [peak, after] = [memoryOf(child.pid, 'VmHWM'), memoryOf(child.pid, 'VmRSS')];
    return { files: items.length, before, peak, after };
  } finally {
    connection.dispose();
    child.kill();
  }
}

function memoryOf(id: number | undefined, field: string): number {
  const kibibytes = new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(readFileSync(`/proc/${id}/status`, 'utf8'));
  return (Number(kibibytes?.[1]) * 1_024) / 1e6;
}
