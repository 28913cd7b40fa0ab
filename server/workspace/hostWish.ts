import type { HostWish } from '../analysis/hosts';
import { matches } from './commandFiles';
import { CONFIGURATION_FILE, type ProjectConfiguration } from './configuration';

/**
 * What people say of a document's host, the nearest to the reader first: on the command line or in the editor, then in
 * `.crossblock.json`, there by a glob or for all.
 * @param file absolute path
 * @param asked what the command line or the editor says
 */
export function hostWish(file: string, configuration: ProjectConfiguration, asked: HostWish = {}): HostWish {
  const { folder, host, hosts, shell: configured } = configuration;
  const shell = asked.shell ?? configured;
  if (asked.host !== undefined) return { ...asked, shell };
  const byGlob =
    folder === undefined ? undefined : [...hosts].find(([glob]) => matches(file, folder, [glob]));
  if (byGlob !== undefined)
    return { host: byGlob[1], reason: `${CONFIGURATION_FILE} says so for ${byGlob[0]}`, shell };
  return host === undefined ? { shell } : { host, reason: `${CONFIGURATION_FILE} says so`, shell };
}
