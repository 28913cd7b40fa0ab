import { LocalInspector } from '../../inspector/inspector';
import type { StateCommand } from './context';
import { formatFile, toJson } from './format';
import { sourcesFor } from './sources';

/** `crossblock state list` */
export const list: StateCommand = async (options, context) => {
  const { sources, failed } = await sourcesFor(options, context, true);
  const { files, notices } = await new LocalInspector(sources, () => {}).list(true);
  if (options.json) context.write(`${JSON.stringify({ files: files.map(toJson), notices }, undefined, 2)}\n`);
  else {
    context.write(files.map(file => formatFile(file, context.folder)).join(''));
    // Not among the files, which may be piped.
    if (files.length === 0 && !failed)
      context.complain('No state file of this command markdown is there now\n');
    for (const notice of notices) context.complain(`crossblock: ${notice}\n`);
  }
  return failed ? 2 : 0;
};
