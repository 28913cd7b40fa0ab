import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import type { Fix } from './fix';
import { insertLines, startOfCode } from './insertion';

/** `: "${X:?…}"` at the block's start: it ends with a word on what is missing, and does nothing with an empty value. */
export function requireVariable({ flow }: Analysis, finding: Finding): readonly Fix[] {
  const { rule, name } = finding;
  const block = flow.blocks[finding.block - 1];
  if (rule !== 'lost-variable' || name === undefined || block === undefined) return [];
  const origin = flow.originOfVariable(name, block);
  // What the block may set itself before it reads it is not missing at its start.
  const isOwn = block.flow.exposed.some(({ read, maybeSet }) => read.name === name && maybeSet);
  if (origin === undefined || isOwn || !/^[A-Za-z_]\w*$/.test(name)) return [];
  const line = `: "\${${name}:?comes from block ${origin.block.block.number}, whose shell is gone}"`;
  return [
    {
      title: `Require ${name}: end the block where it has no value`,
      kind: 'require',
      safety: 'suggestion',
      edits: [insertLines(flow.document, block.block, startOfCode(block.block), [line])],
    },
  ];
}
