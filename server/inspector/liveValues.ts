import type { StateFilesView, StateFileView } from './types';

/** A variable's value in a state file. */
export interface LiveValue {
  readonly file: StateFileView;
  /** As it may be shown in one line; a mask where the value looks like a secret. */
  readonly text: string;
}

/** Elements of an array that are named. */
const MAX_ELEMENTS = 5;

/**
 * What a variable is in the state files that a document writes or loads, the file that changed last first.
 * @param uri the document's
 */
export function liveValuesOf({ files }: StateFilesView, uri: string, name: string): readonly LiveValue[] {
  return files
    .filter(file => file.claims.some(claim => claim.uri === uri))
    .flatMap(file => {
      const text = textOf(file, name);
      return text === undefined ? [] : [{ file, text }];
    })
    .sort((a, b) => b.file.modified - a.file.modified);
}

function textOf({ format, values }: StateFileView, name: string): string | undefined {
  if (format !== 'shell' && format !== 'keyValue' && format !== 'environment') return undefined;
  const own = values.find(value => value.name === name);
  if (own !== undefined) return own.text;
  const elements = values.filter(value => value.name.startsWith(`${name}[`));
  if (elements.length === 0) return undefined;
  const shown = elements
    .slice(0, MAX_ELEMENTS)
    .map(value => `${value.name.slice(name.length)}=${value.text}`);
  const more = elements.length > shown.length ? ` and ${elements.length - shown.length} more` : '';
  return `(${shown.join(' ')}${more})`;
}
