import { realpathSync } from 'node:fs';

/**
 * Whether a module was started by itself, rather than imported; also where the path to it goes through a link.
 * @param {ImportMeta} meta of the module that asks
 */
export function isMain(meta) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === meta.filename;
}
