import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type CompletionParams,
  type TextEdit,
} from 'vscode-languageserver/node';
import { type Block, documentSpan } from '../analysis/document/commandDocument';
import { blockAtLine } from '../analysis/explain/places';
import type { AnalysedBlock } from '../analysis/flow/documentFlow';
import { shownPath } from '../analysis/flow/shownPath';
import { allSteps } from '../analysis/shell/script';
import { type AvailableName, availableNames } from '../analysis/symbols/availableNames';
import { type CompletionContext, completionContext } from '../analysis/symbols/completionContext';
import type { DocumentNames } from '../analysis/symbols/documentNames';
import { escapeForDisplay } from '../inspector/display';
import type { DocumentCheck } from './documentCheck';
import { toRange } from './positions';
import { type AskedDocument, forDocument, offsetOf, type RequestContext } from './requests';

export const COMPLETION_TRIGGERS = ['$', '{', '/', '"'];

/** A variable that no document has: it stands where the cursor is, so that the analysis tells what is true there. */
const CURSOR = 'CROSSBLOCK_CURSOR_';

/**
 * Answers `textDocument/completion` in blocks: variables, those with a value first, then those that were lost on the way, with
 * what makes them available; names of state; functions; files to source.
 */
export function registerCompletion(context: RequestContext): void {
  context.connection.onCompletion(
    forDocument<CompletionParams, CompletionList>(context, async (asked, { position }) => ({
      isIncomplete: false,
      items: await completionsAt(context, asked, offsetOf(asked.check, position), position.line),
    })),
  );
}

async function completionsAt(
  { session }: RequestContext,
  asked: AskedDocument,
  offset: number,
  line: number,
): Promise<CompletionItem[]> {
  const { analysis } = asked.check;
  const block = blockAtLine(analysis, line);
  const at = block?.block.fromDocument(offset);
  if (block === undefined || at === undefined) return [];
  const names = await session.names(asked.check);
  const context = completionContext(block.block.text, at, names.savers);
  if (context === undefined) return [];
  const edit = (newText: string): TextEdit => ({
    range: toRange(analysis.document.lineIndex, documentSpan(block.block, context.span)),
    newText,
  });
  if (context.kind === 'command') return functionItems(names, block, edit);
  if (context.kind === 'file') {
    const files = await session.sourceableFiles(asked.uri, context.prefix);
    return [...fileItems(files, context, edit), ...stateFileItems(asked.check, edit)];
  }
  const found = await namesAt(asked, block.block, context, (uri, text) => session.checkText(uri, text));
  const items = found.map(name => variableItem(asked.check, name, edit(name.name), context));
  return context.kind === 'stateKey' ? [...items, ...keyItems(names, found, edit)] : items;
}

/** The variables that could be read at the cursor: asked of the same document with a whole expansion there. */
async function namesAt(
  { uri, check }: AskedDocument,
  block: Block,
  { expansion }: CompletionContext,
  checkText: (uri: string, text: string) => Promise<DocumentCheck | undefined>,
): Promise<readonly AvailableName[]> {
  const { text } = check.analysis.document;
  const { start, end } = documentSpan(block, expansion);
  const inserted = `\${${CURSOR}}`;
  const asked = await checkText(uri, text.slice(0, start) + inserted + text.slice(end));
  const analysed = asked?.analysis.flow.blocks[block.number - 1];
  if (asked === undefined || analysed === undefined) return [];
  for (const step of allSteps(analysed.script.flow, true)) {
    if (step.kind !== 'read' || step.name !== CURSOR) continue;
    // The fixes' places are those of the other text: behind the cursor, they have moved.
    const shift = inserted.length - (end - start);
    const back = (offset: number): number => (offset <= start ? offset : offset - shift);
    return availableNames(asked.analysis, analysed, step).map(name => ({
      ...name,
      fix: name.fix && {
        title: name.fix.title,
        edits: name.fix.edits.map(edit => ({
          ...edit,
          span: { start: back(edit.span.start), end: back(edit.span.end) },
        })),
      },
    }));
  }
  return [];
}

const ORDER: Readonly<Record<AvailableName['state'], string>> = { here: '0', lost: '1', given: '2' };

function variableItem(
  { analysis }: DocumentCheck,
  { name, state, source, fix }: AvailableName,
  textEdit: TextEdit,
  { kind }: CompletionContext,
): CompletionItem {
  const isLost = state === 'lost';
  // A name that is handed over as such needs no value from elsewhere to be written.
  const edits = kind === 'variable' ? fix?.edits : undefined;
  return {
    label: name,
    kind: CompletionItemKind.Variable,
    labelDetails: { description: isLost ? (edits === undefined ? 'lost' : 'lost; recalculated here') : '' },
    detail: escapeForDisplay(`${name} ${source}.`),
    ...(edits === undefined ? {} : { documentation: fix?.title ?? '' }),
    sortText: `${ORDER[state]}${name}`,
    filterText: name,
    textEdit,
    ...(edits === undefined
      ? {}
      : {
          additionalTextEdits: edits.map(({ span, text }) => ({
            range: toRange(analysis.document.lineIndex, span),
            newText: text,
          })),
        }),
  };
}

/** Names that some block has handed over already. */
function keyItems(
  { own }: DocumentNames,
  variables: readonly AvailableName[],
  edit: (text: string) => TextEdit,
): CompletionItem[] {
  const known = new Set(variables.map(({ name }) => name));
  const keys = new Set(own.flatMap(({ use, name }) => (use === 'key' && !known.has(name) ? [name] : [])));
  return [...keys].map(name => ({
    label: name,
    kind: CompletionItemKind.Property,
    detail: 'A name that a block hands over',
    sortText: `3${name}`,
    textEdit: edit(name),
  }));
}

/** Functions: those of the block and of what it sources first, then those that only other blocks have. */
function functionItems(
  { analysis, own, inLibraries }: DocumentNames,
  { block, flow }: AnalysedBlock,
  edit: (text: string) => TextEdit,
): CompletionItem[] {
  const defined = [...own, ...inLibraries].filter(
    ({ kind, use }) => kind === 'function' && use === 'definition',
  );
  return [...new Set(defined.map(({ name }) => name))].map(name => {
    const isHere = flow.end.functions.has(name) || analysis.flow.profile.keepsShell;
    return {
      label: name,
      kind: CompletionItemKind.Function,
      labelDetails: { description: isHere ? '' : 'lost' },
      detail: isHere ? 'Function of this block' : `Function that block ${block.number} does not have`,
      sortText: `${isHere ? 0 : 1}${name}`,
      textEdit: edit(name),
    };
  });
}

function fileItems(
  files: readonly string[],
  { prefix }: CompletionContext,
  edit: (text: string) => TextEdit,
): CompletionItem[] {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  return files.map(name => ({
    label: escapeForDisplay(name),
    kind: name.endsWith('/') ? CompletionItemKind.Folder : CompletionItemKind.File,
    sortText: `${name.endsWith('/') ? 1 : 0}${name}`,
    filterText: folder + name,
    textEdit: edit(folder + name),
  }));
}

/** The files that blocks write values into, where their path is plain text. */
function stateFileItems({ analysis }: DocumentCheck, edit: (text: string) => TextEdit): CompletionItem[] {
  const written = analysis.flow.stateFiles.all.filter(
    ({ path, uses }) =>
      path.every(({ kind }) => kind === 'text') && uses.some(({ access }) => access === 'write'),
  );
  return written.map(({ path, keys }) => {
    const file = shownPath(analysis.document, path);
    const names = keys.map(({ name }) => name).join(', ');
    return {
      label: escapeForDisplay(file),
      kind: CompletionItemKind.File,
      detail: escapeForDisplay(names === '' ? 'State file' : `State file with ${names}`),
      sortText: `0${file}`,
      filterText: file,
      textEdit: edit(file),
    };
  });
}
