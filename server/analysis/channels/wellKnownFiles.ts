import type { Loaded } from '../flow/blockFlow';
import { NOTHING } from '../flow/loading';
import { keyOf, type Symbolic, unknown } from '../flow/symbolic';

/** Files that many blocks source and that set only names of their own. */
const WELL_KNOWN: readonly { readonly file: RegExp; readonly names: readonly string[] }[] = [
  { file: /\/(?:bin|Scripts)\/activate(?:\.\w+)?$/, names: ['VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT'] },
  { file: /(?:^|\/)nvm\.sh$/, names: ['NVM_BIN', 'NVM_DIR', 'NVM_INC'] },
  { file: /\/\.cargo\/env$/, names: ['CARGO_HOME'] },
  { file: /\/conda\.sh$/, names: ['CONDA_EXE', 'CONDA_PREFIX', 'CONDA_DEFAULT_ENV'] },
];

/** What a well-known file gives when it is sourced; undefined for any other. */
export function wellKnownFile(path: Symbolic): Loaded | undefined {
  const key = keyOf(path);
  const known = WELL_KNOWN.find(entry => entry.file.test(key));
  if (known === undefined) return undefined;
  const names = new Map(known.names.map(name => [name, unknown(name)]));
  return { ...NOTHING, names };
}
