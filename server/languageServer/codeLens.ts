import type { CodeLens, CodeLensParams } from 'vscode-languageserver/node';
import { type BlockNames, blockNames } from '../analysis/symbols/blockNames';
import { escapeForDisplay } from '../inspector/display';
import { toRange } from './positions';
import { type AskedDocument, forDocument, type RequestContext } from './requests';

/** Names that a lens lists; of the others it says how many they are. */
const MAX_NAMES = 6;

/** Answers `textDocument/codeLens`: above each block, what it needs from others and what it leaves. */
export function registerCodeLens(context: RequestContext): void {
  context.connection.onCodeLens(
    forDocument<CodeLensParams, CodeLens[]>(context, asked =>
      codeLensesOf(asked, context.session.blockCommand),
    ),
  );
}

/** @param blockCommand the client's command that shows a block among the others; without one, a lens only tells */
function codeLensesOf({ uri, check }: AskedDocument, blockCommand: string | undefined): CodeLens[] {
  const { analysis } = check;
  return analysis.flow.blocks.flatMap(block => {
    const title = lensTitle(blockNames(analysis, block));
    if (title === '') return [];
    const start = analysis.document.lineIndex.startOf(block.block.openLine);
    const range = toRange(analysis.document.lineIndex, { start, end: start });
    const command =
      blockCommand === undefined
        ? { title, command: '' }
        : { title, command: blockCommand, arguments: [uri, block.block.openLine] };
    return [{ range, command }];
  });
}

function lensTitle({ needs, provides }: BlockNames): string {
  const needed = list(needs.map(({ name, isLost }) => (isLost ? `${name} (lost)` : name)));
  const provided = list(provides);
  return [
    ...(needed === '' ? [] : [`needs ${needed}`]),
    ...(provided === '' ? [] : [`provides ${provided}`]),
  ].join(' · ');
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map(escapeForDisplay).join(', ');
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}
