import type { GraphLayout, GraphPlace } from '../../server/protocol';

/** What the panel's page is told. */
export type ToPage =
  | { readonly kind: 'texts'; readonly texts: PageTexts }
  /** What to draw; without a layout, the reason why there is nothing. */
  | { readonly kind: 'flow'; readonly layout: GraphLayout | undefined; readonly note: string }
  /** The caret stands in this line, from 0. */
  | { readonly kind: 'caret'; readonly line: number };

/** What the page says. */
export type FromPage = { readonly kind: 'ready' } | { readonly kind: 'goTo'; readonly place: GraphPlace };

/** The page's own words, in the user's language; `{0}` and `{1}` stand for values. */
export interface PageTexts {
  readonly filter: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly fit: string;
  readonly diagram: string;
  readonly kept: string;
  readonly recalculated: string;
  readonly library: string;
  readonly lost: string;
  readonly counts: string;
  readonly filtered: string;
  readonly hint: string;
  /** A block: its title and its role. */
  readonly given: string;
  readonly used: string;
}
