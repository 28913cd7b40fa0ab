import { kept } from '../kept';
import type { CommandDocument } from './commandDocument';

const FENCE = /^ {0,3}(`{3,})([^`]*)$/;

/** Whether a line stands in a Markdown template that a fence out of step has cut: what is left of it looks like the document itself. */
export function isInCutTemplate(document: CommandDocument, line: number): boolean {
  return linesOfCutTemplates(document).has(line);
}

/**
 * The lines behind a bare fence of four backticks and more that holds the beginning of a Markdown template and not its end: somebody closed
 * with it what was closed already, so that it opened. The template goes on up to the next fence of that kind.
 */
const linesOfCutTemplates = kept(({ text, lines }: CommandDocument): ReadonlySet<number> => {
  const found = new Set<number>();
  if (!text.includes('````')) return found;
  let open: { readonly length: number; readonly isBare: boolean } | undefined;
  const inner: string[] = [];
  let isCut = false;
  for (const [index, line] of lines.entries()) {
    const [, marker = '', info = ''] = FENCE.exec(line) ?? [];
    const language = info.trim();
    const isBare = marker.length > 3 && language === '';
    if (isBare) isCut = false;
    if (isCut) found.add(index);
    if (marker === '') continue;
    if (open === undefined) {
      open = { length: marker.length, isBare };
      inner.length = 0;
    } else if (language === '' && marker.length >= open.length) {
      isCut ||= open.isBare && inner.some(isMarkdown);
      open = undefined;
    } else if (language === '') inner.pop();
    else inner.push(language);
  }
  return found;
});

function isMarkdown(info: string): boolean {
  return /^(?:markdown|md)\b/i.test(info);
}
