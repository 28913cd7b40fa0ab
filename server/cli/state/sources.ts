import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { escapeForDisplay } from '../../inspector/display';
import type { InspectorSources } from '../../inspector/session';
import { checkPaths } from '../../workspace/checkPaths';
import { loadConfiguration } from '../../workspace/configuration';
import { projectRoots } from '../../workspace/project';
import { stateFileUses } from '../../workspace/stateGlobs';
import { shownPath } from '../displayPath';
import type { StateContext } from './context';
import type { StateOptions } from './options';

/**
 * What the inspector looks for: what the command markdown of the paths names, and the globs of options and configuration.
 * @param configured whether the project's configuration may name files, too
 * @returns `failed` where something could not be read; it has been told
 */
export async function sourcesFor(
  options: StateOptions,
  { folder, environment, complain, parserFolder }: StateContext,
  configured: boolean,
): Promise<{ readonly sources: InspectorSources; readonly failed: boolean }> {
  const paths = options.paths.length > 0 ? options.paths : ['.'];
  const { files, errors } = await checkPaths(paths, folder, parserFolder);
  const claims = files.flatMap(file => {
    const root = projectRoots(file.path, [folder])[0] ?? folder;
    const uri = pathToFileURL(file.path).href;
    return stateFileUses(file.analysis, root).map(use => ({ ...use, uri }));
  });
  for (const { file, message } of errors)
    complain(`crossblock: ${shownPath(file, folder)}: ${escapeForDisplay(message)}\n`);
  const own = configured ? (await loadConfiguration(folder)).stateGlobs : [];
  const sources = {
    claims: () => claims,
    configuredGlobs: async () => [...options.globs.map(glob => absolute(glob, folder)), ...own],
    staleAfter: async () => options.staleAfter,
    workspaceFolders: () => [folder],
    environment,
  };
  return { sources, failed: errors.length > 0 };
}

function absolute(glob: string, folder: string): string {
  return glob.startsWith('~/') || path.isAbsolute(glob) ? glob : path.join(folder, glob);
}
