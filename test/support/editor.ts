import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import {
  type ClientCapabilities,
  createConnection,
  createMessageConnection,
  FileChangeType,
  type Location,
  type MessageConnection,
  type Position,
  type ServerCapabilities,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import type { ShellParser } from '../../server/analysis/shell/syntax';
import { FileScanner } from '../../server/languageServer/fileScanner';
import { startServer } from '../../server/languageServer/server';
import { temporaryFolder } from '../unit/workspace/temporaryFolder';
import { testParser } from './parser';

/** A client of the language server, in this process, with a project folder of its own. */
export interface Editor {
  readonly connection: MessageConnection;
  readonly folder: string;
  readonly server: ServerCapabilities;
  uri(file: string): string;
  /** Opens a file with its text on disk, or with another one. */
  open(file: string, text: string): Promise<void>;
  /** Replaces the whole text. */
  change(file: string, text: string): Promise<void>;
  close(file: string): Promise<void>;
  /** Writes a file and tells the server that it has changed. */
  write(file: string, text: string, change?: 'created' | 'changed'): Promise<void>;
  /** Deletes a file and tells the server. */
  remove(file: string): Promise<void>;
  /** Asks about a document. */
  ask<R>(method: string, file: string, params?: object): Promise<R>;
}

/**
 * @param files the project's files, by their paths in it
 * @param capabilities besides pulling diagnostics: what is pushed would come in the middle of a test
 */
export async function startEditor(
  files: Readonly<Record<string, string>> = {},
  capabilities: ClientCapabilities = {},
  initializationOptions: object = {},
  parser: Promise<ShellParser> = testParser(),
): Promise<Editor> {
  const folder = temporaryFolder({ ...files });
  const [up, down] = [new PassThrough(), new PassThrough()];
  const server = createConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
  const scanner = new FileScanner(parser);
  startServer(server, '0', undefined, parser, file => scanner.scan(file));
  const connection = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  onTestFinished(() => {
    connection.dispose();
    server.dispose();
  });
  connection.listen();
  const rootUri = pathToFileURL(folder).href;
  const pulling = { ...capabilities, textDocument: { diagnostic: {}, ...capabilities.textDocument } };
  const { capabilities: offered } = await connection.sendRequest<{
    readonly capabilities: ServerCapabilities;
  }>('initialize', { processId: null, rootUri, capabilities: pulling, initializationOptions });
  await connection.sendNotification('initialized', {});
  const versions = new Map<string, number>();
  const uri = (file: string) => `${rootUri}/${file}`;
  const next = (file: string) => {
    const version = (versions.get(file) ?? 0) + 1;
    versions.set(file, version);
    return version;
  };
  return {
    connection,
    folder,
    server: offered,
    uri,
    open: (file, text) =>
      connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri: uri(file), languageId: 'markdown', version: next(file), text },
      }),
    change: (file, text) =>
      connection.sendNotification('textDocument/didChange', {
        textDocument: { uri: uri(file), version: next(file) },
        contentChanges: [{ text }],
      }),
    close: file => connection.sendNotification('textDocument/didClose', { textDocument: { uri: uri(file) } }),
    remove: async file => {
      rmSync(path.join(folder, file));
      await connection.sendNotification('workspace/didChangeWatchedFiles', {
        changes: [{ uri: uri(file), type: FileChangeType.Deleted }],
      });
    },
    write: async (file, text, change = 'changed') => {
      writeFileSync(path.join(folder, file), text);
      await connection.sendNotification('workspace/didChangeWatchedFiles', {
        changes: [
          { uri: uri(file), type: change === 'created' ? FileChangeType.Created : FileChangeType.Changed },
        ],
      });
    },
    ask: (method, file, params = {}) =>
      connection.sendRequest(`textDocument/${method}`, { textDocument: { uri: uri(file) }, ...params }),
  };
}

/** A text with its mark `‸` taken out, and the place where that stood, as the protocol counts. */
export function marked(text: string): { readonly text: string; readonly position: Position } {
  const before = text.slice(0, text.indexOf('‸')).split('\n');
  return {
    text: text.replace('‸', ''),
    position: { line: before.length - 1, character: before[before.length - 1]!.length },
  };
}

/** Locations as `file:line:start-end`, lines from 1, in order. */
export function shown(locations: readonly Location[]): readonly string[] {
  return locations
    .map(({ uri, range }) => ({ file: uri.slice(uri.lastIndexOf('/') + 1), range }))
    .map(
      ({ file, range: { start, end } }) => `${file}:${start.line + 1}:${start.character}-${end.character}`,
    );
}
