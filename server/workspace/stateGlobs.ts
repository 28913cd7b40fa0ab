import { homedir } from 'node:os';
import path from 'node:path';
import type { Analysis } from '../analysis/analyse';
import type { StateFile, StateFileUse } from '../analysis/channels/stateFiles';
import { documentSpan } from '../analysis/document/commandDocument';
import { pathKeyOf, type Symbolic } from '../analysis/flow/symbolic';

/** A statement of a document that writes or loads state files. */
export interface StateFileUseInDocument {
  /** Absolute glob of the files. */
  readonly glob: string;
  /** Line of the statement, from 0. */
  readonly line: number;
  /** The block's number, from 1. */
  readonly block: number;
  readonly access: 'write' | 'load';
  /** What stands before and behind the process id in the file's name, where one makes the name. */
  readonly process?: { readonly before: string; readonly behind: string };
}

/**
 * The state files that a document names, their symbolic paths turned into globs.
 * @param root absolute path of the project
 */
export function stateFileUses(analysis: Analysis, root: string): readonly StateFileUseInDocument[] {
  return analysis.flow.stateFiles.all.flatMap(file => {
    const glob = toGlob(file.path, root);
    if (glob === undefined) return [];
    const process = aroundProcessId(file.path);
    return [...file.uses, ...loadsAsLibrary(analysis, file)].map(use => {
      const block = analysis.document.blocks[use.block - 1]!;
      const line = analysis.document.lineIndex.lineAt(documentSpan(block, use.span).start);
      return { glob, line, block: use.block, access: use.access, ...(process && { process }) };
    });
  });
}

/**
 * Once a block has run, the file that it writes lies in the project, and the analysis reads it as a library: for the inspector
 * those loads count, too.
 */
function loadsAsLibrary({ flow }: Analysis, { path: written, uses }: StateFile): readonly StateFileUse[] {
  if (!uses.some(({ access }) => access === 'write')) return [];
  const key = pathKeyOf(written);
  return flow.blocks.flatMap(({ block, flow: { loads } }) =>
    loads
      .filter(({ library, path: loaded }) => library !== undefined && loaded && pathKeyOf(loaded) === key)
      .map(({ load }): StateFileUse => ({ block: block.number, access: 'load', span: load.span })),
  );
}

/** `state_$$.sh`: only where the process id is all of the name that is not known. */
function aroundProcessId(symbolic: Symbolic): StateFileUseInDocument['process'] {
  const at = symbolic.findIndex(part => part.kind === 'unique' && part.source === '$$');
  const after = symbolic.slice(at + 1);
  const name = symbolic.slice(0, at).at(-1);
  if (at < 0 || (name !== undefined && name.kind !== 'text')) return undefined;
  const before = name?.text.slice(name.text.lastIndexOf('/') + 1) ?? '';
  const behind = after.map(part => (part.kind === 'text' ? part.text : '/')).join('');
  return behind.includes('/') ? undefined : { before, behind };
}

/** An absolute glob for a path, or undefined where too little of it is known to look for it. */
function toGlob(symbolic: Symbolic, root: string): string | undefined {
  const [first] = symbolic;
  const parts = symbolic.map(part => {
    if (part.kind === 'text') return escapeGlob(part.text);
    if (part.kind === 'home') return escapeGlob(homedir());
    if (part.kind === 'project') return escapeGlob(root);
    return '*';
  });
  const glob = parts.join('');
  const starts =
    first?.kind === 'home' ||
    first?.kind === 'project' ||
    (first?.kind === 'text' && first.text.startsWith('/'));
  if (!starts) {
    const relative = first?.kind === 'text' && /^\.?[\w.-]*\//.test(first.text);
    return relative ? `${escapeGlob(root)}/${path.posix.normalize(glob)}` : undefined;
  }
  // `/tmp/*` and `/dev/null` say nothing of a workflow's own state.
  const name = glob.slice(glob.lastIndexOf('/') + 1);
  // `mktemp` without a template names its files like everybody else's.
  const own = name.replace(/\*|^tmp\.(?=\*$)/g, '');
  return /\w/.test(own) && !/^\/dev\/(?!shm\/)/.test(glob) ? glob : undefined;
}

/** A path as a glob that means just it. */
export function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]{}()!+@|]/g, '\\$&');
}
