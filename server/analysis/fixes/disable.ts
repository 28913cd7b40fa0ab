import { readFrontmatter } from '../document/frontmatter';
import type { Finding } from '../finding';
import { type AnalysedBlock, type DocumentFlow, statementStart } from '../flow/documentFlow';
import type { Fix, TextEdit } from './fix';
import { insertAtLine, insertLines } from './insertion';

/** The ways to tell Crossblock that a finding is none: for its statement, its block, the file. */
export function disableFixes(flow: DocumentFlow, finding: Finding): readonly Fix[] {
  const block = flow.blocks[finding.block - 1];
  if (block === undefined) return [];
  const fix = (title: string, edits: readonly TextEdit[]): Fix => ({
    title,
    kind: 'disable',
    safety: 'unsafe',
    edits,
  });
  return [
    fix(`Disable ${finding.rule} for this statement`, [disableStatement(flow, block, finding)]),
    fix(`Disable ${finding.rule} for block ${finding.block}`, disableBlock(flow, block, finding)),
    fix(`Disable ${finding.rule} for the file`, [disableFile(flow, finding)]),
  ];
}

/** Above the whole statement: a comment behind a `\` would break the line, one in a here-document would be text. */
function disableStatement(flow: DocumentFlow, block: AnalysedBlock, finding: Finding): TextEdit {
  const offset = block.block.fromDocument(finding.span.start) ?? 0;
  const start = statementStart(block, offset);
  const line = block.block.text.lastIndexOf('\n', start - 1) + 1;
  const indentation = /^[ \t]*/.exec(block.block.text.slice(line))?.[0] ?? '';
  return insertLines(flow.document, block.block, line, [
    `${indentation}# crossblock-disable-next-line ${finding.rule}`,
  ]);
}

function disableBlock(flow: DocumentFlow, { block }: AnalysedBlock, finding: Finding): readonly TextEdit[] {
  const comment = (word: string) => `${block.linePrefix}<!-- crossblock-${word} ${finding.rule} -->`;
  const above = insertAtLine(flow.document, block.openLine, [comment('disable')]);
  if (block.closeLine === undefined) return [above];
  return [above, insertAtLine(flow.document, block.closeLine + 1, [comment('enable')])];
}

function disableFile(flow: DocumentFlow, finding: Finding): TextEdit {
  const line = readFrontmatter(flow.document.lines).lines;
  return insertAtLine(flow.document, line, [`<!-- crossblock-disable-file ${finding.rule} -->`]);
}
