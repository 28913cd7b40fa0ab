import { LocalInspector } from '../../inspector/inspector';
import type { StateFileView } from '../../inspector/types';
import type { StateCommand } from './context';
import { formatFile, shownFile } from './format';
import { sourcesFor } from './sources';

/** What became of a file. */
interface Outcome {
  readonly path: string;
  readonly deleted: boolean;
  /** Why not, as a sentence. */
  readonly reason?: string;
}

/** `crossblock state clean`: deletes the user's own stale files, after a question. */
export const clean: StateCommand = async (options, context) => {
  // A project's configuration may name any file: what is deleted, the documents and the user say.
  const { sources, failed } = await sourcesFor(options, context, false);
  const inspector = new LocalInspector(sources, () => {});
  const { files } = await inspector.list(true);
  const stale = files.filter(isCleanable);
  if (stale.length > 0 && !options.yes) {
    for (const file of stale)
      context.complain(formatFile({ ...file, values: [], moreValues: 0 }, context.folder));
    if (context.ask === undefined) {
      context.complain('crossblock: Nothing was deleted: there is no terminal to ask on; --yes deletes.\n');
      return 2;
    }
    if (!(await context.ask(`Delete ${stale.length === 1 ? 'this file' : `these ${stale.length} files`}?`))) {
      context.complain('crossblock: Nothing was deleted.\n');
      return 1;
    }
  }
  const outcomes: Outcome[] = [];
  for (const file of stale) {
    const outcome = await inspector.remove(file.id);
    const path = shownFile(file);
    outcomes.push(
      'deleted' in outcome ? { path, deleted: true } : { path, deleted: false, reason: outcome.refused },
    );
  }
  if (options.json) context.write(`${JSON.stringify({ files: outcomes }, undefined, 2)}\n`);
  else context.write(outcomes.map(formatOutcome).join('') || 'There are no stale state files of yours.\n');
  if (failed) return 2;
  return outcomes.every(({ deleted }) => deleted) ? 0 : 1;
};

function isCleanable({ stale, own, kind }: StateFileView): boolean {
  return stale !== undefined && own && (kind === 'file' || kind === 'fifo');
}

function formatOutcome({ path, reason }: Outcome): string {
  return reason === undefined ? `deleted ${path}\n` : `kept ${path}: ${reason}\n`;
}
