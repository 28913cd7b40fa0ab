import path from 'node:path';
import { escapeForDisplay } from '../../inspector/display';
import { type Inspector, LocalInspector } from '../../inspector/inspector';
import type { StateFileView, StateValueView } from '../../inspector/types';
import { escapeGlob } from '../../workspace/stateGlobs';
import { UsageError } from '../command';
import { shownPath } from '../displayPath';
import type { StateCommand } from './context';
import { formatFile, toJson } from './format';

/** `crossblock state show`: files whole, whoever names them. */
export const show: StateCommand = async (options, context) => {
  if (options.paths.length === 0) throw new UsageError('crossblock state show takes one or more files');
  const shown: StateFileView[] = [];
  let missing = false;
  for (const given of options.paths) {
    const file = path.resolve(context.folder, given);
    const inspector = new LocalInspector(
      {
        claims: () => [],
        configuredGlobs: async () => [escapeGlob(file)],
        staleAfter: async () => options.staleAfter,
        workspaceFolders: () => [],
        environment: context.environment,
      },
      () => {},
    );
    const { files, notices } = await inspector.list(true);
    for (const found of files) shown.push(await whole(inspector, found, options.reveal));
    if (files.length > 0) continue;
    missing = true;
    const reason = notices[0] ?? 'There is no such file.';
    context.complain(`crossblock: ${shownPath(file, context.folder)}: ${escapeForDisplay(reason)}\n`);
  }
  if (options.json) context.write(`${JSON.stringify({ files: shown.map(toJson) }, undefined, 2)}\n`);
  else context.write(shown.map(file => formatFile(file, context.folder)).join(''));
  return missing ? 2 : 0;
};

/** The values as long as they are; what looks like a secret only where that is wished. */
async function whole(inspector: Inspector, file: StateFileView, reveal: boolean): Promise<StateFileView> {
  const values: StateValueView[] = [];
  for (const value of file.values) {
    const read =
      value.masked && !reveal ? undefined : await inspector.value(file.id, value.index, value.name);
    const isRead = read !== undefined && 'text' in read;
    values.push(isRead ? { ...value, text: read.text, masked: false } : value);
  }
  return { ...file, values };
}
