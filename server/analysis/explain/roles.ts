import type { BlockRoleKind } from '../document/roles';

const TITLES: Readonly<Record<BlockRoleKind, string>> = {
  step: 'a step',
  example: 'an example',
  scriptFile: 'the text of a script',
  configuration: 'settings that the user makes once',
  output: 'output',
};

/** What a block is for, as a part of a sentence. */
export function roleTitle(kind: BlockRoleKind): string {
  return TITLES[kind];
}
