import type { CommandDocument } from '../document/commandDocument';
import { withPlaceholders } from '../document/masking';
import { describePath, type Symbolic } from './symbolic';

/** A path of a document as people read it, with the document's own placeholders. */
export function shownPath(document: CommandDocument, path: Symbolic): string {
  return withPlaceholders(document, describePath(path));
}

/** Whether the agent or the host puts a part of a path in before the shell sees it. */
export function holdsPlaceholder(document: CommandDocument, path: Symbolic): boolean {
  return path.some(part => part.kind === 'text' && withPlaceholders(document, part.text) !== part.text);
}
