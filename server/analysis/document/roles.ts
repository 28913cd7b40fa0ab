import type { Block, CommandDocument } from './commandDocument';

/** What a block is for. Only steps and configuration are executed as they stand. */
export interface BlockRole {
  readonly kind: 'step' | 'example' | 'scriptFile' | 'configuration' | 'output';
  /** Why the block was taken for that, as a sentence without a full stop. */
  readonly reason: string;
}

export function rolesOf(document: CommandDocument): readonly BlockRole[] {
  return document.blocks.map(block => roleOf(document, block));
}

function roleOf(_document: CommandDocument, block: Block): BlockRole {
  if (/^\s*#!/.test(block.text)) return { kind: 'scriptFile', reason: 'it starts with #!' };
  return { kind: 'step', reason: 'nothing says otherwise' };
}
