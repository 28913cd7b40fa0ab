/// <reference lib="dom" />
import type { EdgeKind, GraphLayout, GraphPlace, PlacedEdge, PlacedNode } from '../../../server/protocol';
import type { PageTexts } from '../messages';
import { element, fill, svg } from './elements';

const KINDS: readonly EdgeKind[] = ['kept', 'recalculated', 'library', 'lost'];
const MIN_ZOOM = 0.2;
const MAX_ZOOM = 3;

interface DrawnNode {
  readonly placed: PlacedNode;
  readonly group: SVGGElement;
}

interface DrawnEdge {
  readonly placed: PlacedEdge;
  readonly group: SVGGElement;
}

/** The picture in its scroller: one tab stop, arrow keys inside. */
export class Diagram {
  readonly #scroller: HTMLElement;
  readonly #details: HTMLElement;
  readonly #texts: PageTexts;
  readonly #goTo: (place: GraphPlace) => void;
  #picture: SVGSVGElement | undefined;
  #layout: GraphLayout | undefined;
  #nodes: readonly DrawnNode[] = [];
  #edges: readonly DrawnEdge[] = [];
  #caretLine: number | undefined;
  #current: string | undefined;
  #zoom = 1;

  constructor(
    scroller: HTMLElement,
    details: HTMLElement,
    texts: PageTexts,
    goTo: (place: GraphPlace) => void,
  ) {
    this.#scroller = scroller;
    this.#details = details;
    this.#texts = texts;
    this.#goTo = goTo;
  }

  get zoom(): number {
    return this.#zoom;
  }

  /** Draws a layout anew; the place that is scrolled to, and the block that has the focus, stay. */
  draw(layout: GraphLayout | undefined): void {
    const focused = document.activeElement?.getAttribute('data-id') ?? undefined;
    this.#layout = layout;
    if (layout === undefined) {
      this.#nodes = [];
      this.#edges = [];
      this.#scroller.replaceChildren();
      return;
    }
    const { width, height } = layout;
    const picture = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'group' });
    picture.setAttribute('aria-label', this.#texts.diagram);
    const markers = svg('defs');
    markers.append(...KINDS.map(arrow));
    this.#edges = layout.edges.map(placed => ({ placed, group: this.#drawEdge(placed) }));
    this.#nodes = layout.nodes.map(placed => ({ placed, group: this.#drawNode(placed) }));
    picture.append(
      markers,
      ...this.#edges.map(({ group }) => group),
      ...this.#nodes.map(({ group }) => group),
    );
    this.#picture = picture;
    this.#scroller.replaceChildren(picture);
    this.#nodes[0]?.group.setAttribute('tabindex', '0');
    this.zoomTo(this.#zoom);
    this.#mark();
    if (focused !== undefined) this.#nodeById(focused)?.group.focus();
  }

  /** @returns the zoom that was possible */
  zoomTo(zoom: number): number {
    this.#zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom));
    if (this.#picture !== undefined && this.#layout !== undefined) {
      const middle =
        (this.#scroller.scrollTop + this.#scroller.clientHeight / 2) / this.#scroller.scrollHeight;
      this.#picture.setAttribute('width', String(this.#layout.width * this.#zoom));
      this.#picture.setAttribute('height', String(this.#layout.height * this.#zoom));
      this.#scroller.scrollTop = middle * this.#scroller.scrollHeight - this.#scroller.clientHeight / 2;
    }
    return this.#zoom;
  }

  /** The zoom at which the whole width is seen. */
  fittingZoom(): number {
    const { width = 1 } = this.#layout ?? {};
    return Math.min(1.5, (this.#scroller.clientWidth - 2) / width);
  }

  /** Shows only what carries a name that holds the text; case does not matter. */
  filter(text: string): void {
    const wanted = text.trim().toLowerCase();
    const touched = new Set<string>();
    for (const { placed, group } of this.#edges) {
      const matches =
        wanted === '' || placed.edge.items.some(({ name }) => name.toLowerCase().includes(wanted));
      group.classList.toggle('filtered', !matches);
      if (matches) touched.add(placed.edge.from).add(placed.edge.to);
    }
    for (const { placed, group } of this.#nodes)
      group.classList.toggle('filtered', wanted !== '' && !touched.has(placed.node.id));
  }

  counts(): { blocks: number; lost: number; matching: number; all: number } {
    const lost = this.#edges.filter(({ placed }) => placed.edge.kind === 'lost');
    return {
      blocks: this.#nodes.filter(({ placed }) => placed.node.kind === 'block').length,
      lost: lost.reduce((sum, { placed }) => sum + placed.edge.items.length, 0),
      matching: this.#edges.filter(({ group }) => !group.classList.contains('filtered')).length,
      all: this.#edges.length,
    };
  }

  /** Marks the block that a line of the document, from 0, belongs to, and brings it into view. */
  markLine(line: number): void {
    this.#caretLine = line;
    this.#mark();
  }

  #mark(): void {
    const line = this.#caretLine ?? -1;
    const found = this.#nodes.find(
      ({ placed: { node } }) => node.kind === 'block' && node.firstLine <= line && line <= node.lastLine,
    );
    for (const drawn of this.#nodes) drawn.group.classList.toggle('current', drawn === found);
    const id = found?.placed.node.id;
    // An edit draws anew: only another block is worth a move of the picture.
    if (found !== undefined && id !== this.#current) found.group.scrollIntoView({ block: 'nearest' });
    this.#current = id;
  }

  #nodeById(id: string): DrawnNode | undefined {
    return this.#nodes.find(({ placed }) => placed.node.id === id);
  }

  #drawNode(placed: PlacedNode): SVGGElement {
    const { node, label, x, y, width, height } = placed;
    const look = node.kind === 'library' ? 'library' : node.isQuiet ? 'quiet' : '';
    const group = svg('g', { class: `node ${look}`, role: 'button', tabindex: -1, 'data-id': node.id });
    group.setAttribute('aria-label', this.#describe(placed));
    group.append(
      svg('title', {}, `${node.title}: ${node.detail}`),
      svg('rect', { x, y, width, height, rx: 4 }),
      svg('text', { x: x + 10, y: y + height / 2 + 4 }, label),
    );
    const go = () => this.#goTo({ line: node.firstLine, column: 0 });
    group.addEventListener('click', go);
    group.addEventListener('keydown', event => this.#moveFromNode(event, placed, go));
    for (const event of ['focus', 'pointerenter'])
      group.addEventListener(event, () => {
        this.#emphasise(({ edge }) => edge.from === node.id || edge.to === node.id);
        this.#showNode(placed);
      });
    for (const event of ['blur', 'pointerleave'])
      group.addEventListener(event, () => this.#emphasise(undefined));
    return group;
  }

  #drawEdge(placed: PlacedEdge): SVGGElement {
    const { edge, label, title, path, labelX, labelY, anchor } = placed;
    const group = svg('g', { class: `edge ${edge.kind}`, role: 'button', tabindex: -1 });
    group.setAttribute('aria-label', title);
    const mark = edge.kind === 'lost' ? '✗ ' : '';
    group.append(
      svg('title', {}, title),
      // A line is too thin to be hit.
      svg('path', { class: 'target', d: path }),
      svg('path', { d: path, 'marker-end': `url(#arrow-${edge.kind})` }),
      svg('text', { x: labelX, y: labelY, 'text-anchor': anchor }, mark + label),
    );
    const go = () => this.#goTo(edge.items[0]!.used);
    group.addEventListener('click', () => {
      this.#showEdge(placed);
      go();
    });
    group.addEventListener('keydown', event => this.#moveFromEdge(event, placed, go));
    for (const event of ['focus', 'pointerenter'])
      group.addEventListener(event, () => {
        this.#emphasise(other => other === placed);
        this.#showEdge(placed);
      });
    for (const event of ['blur', 'pointerleave'])
      group.addEventListener(event, () => this.#emphasise(undefined));
    return group;
  }

  #emphasise(isMeant: ((edge: PlacedEdge) => boolean) | undefined): void {
    this.#picture?.classList.toggle('emphasis', isMeant !== undefined);
    for (const { placed, group } of this.#edges) group.classList.toggle('meant', isMeant?.(placed) === true);
  }

  #edgesOf(id: string): readonly DrawnEdge[] {
    return this.#edges.filter(
      ({ placed: { edge }, group }) =>
        (edge.to === id || edge.from === id) && !group.classList.contains('filtered'),
    );
  }

  #describe({ node }: PlacedNode): string {
    const edges = (this.#layout?.edges ?? []).filter(({ edge }) => edge.to === node.id);
    return [node.title, node.detail, ...edges.map(({ title }) => title)].join('; ');
  }

  #moveFromNode(event: KeyboardEvent, { node }: PlacedNode, go: () => void): void {
    const at = this.#nodes.findIndex(({ placed }) => placed.node.id === node.id);
    const target = {
      ArrowDown: this.#nodes[at + 1]?.group,
      ArrowUp: this.#nodes[at - 1]?.group,
      Home: this.#nodes[0]?.group,
      End: this.#nodes[this.#nodes.length - 1]?.group,
      ArrowLeft: this.#edgesOf(node.id).findLast(({ placed }) => placed.edge.kind === 'lost')?.group,
      ArrowRight: this.#edgesOf(node.id)[0]?.group,
    }[event.key];
    this.#press(event, target, go);
    if (target?.hasAttribute('data-id') === true)
      for (const { group } of this.#nodes) group.setAttribute('tabindex', group === target ? '0' : '-1');
  }

  #moveFromEdge(event: KeyboardEvent, { edge }: PlacedEdge, go: () => void): void {
    const siblings = this.#edgesOf(edge.to);
    const at = siblings.findIndex(({ placed }) => placed.edge === edge);
    const target = {
      ArrowRight: siblings[at + 1]?.group,
      ArrowLeft: siblings[at - 1]?.group ?? this.#nodeById(edge.to)?.group,
      ArrowDown: this.#nodeById(edge.to)?.group,
      ArrowUp: this.#nodeById(edge.from)?.group,
      Escape: this.#nodeById(edge.to)?.group,
    }[event.key];
    this.#press(event, target, go);
  }

  #press(event: KeyboardEvent, target: SVGGElement | undefined, go: () => void): void {
    if (event.key === 'Enter' || event.key === ' ') go();
    else if (target === undefined) return;
    else {
      target.focus();
      target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    event.preventDefault();
  }

  #showNode({ node }: PlacedNode): void {
    this.#details.replaceChildren(element('strong', {}, node.title), element('span', {}, node.detail));
  }

  /** All names of an edge, each with a way to both ends. */
  #showEdge({ edge, title }: PlacedEdge): void {
    const rows = edge.items.map(item => {
      const row = element(
        'span',
        { class: 'item' },
        `${item.kind === 'function' ? `${item.name}()` : item.name}: `,
      );
      row.append(
        this.#link(fill(this.#texts.given, item.given.line + 1), item.given),
        ' · ',
        this.#link(fill(this.#texts.used, item.used.line + 1), item.used),
      );
      return row;
    });
    this.#details.replaceChildren(element('strong', { class: edge.kind }, title), ...rows);
  }

  #link(text: string, place: GraphPlace): HTMLElement {
    const made = element('button', { type: 'button', class: 'link' }, text);
    made.addEventListener('click', () => this.#goTo(place));
    return made;
  }
}

function arrow(kind: EdgeKind): SVGMarkerElement {
  const marker = svg('marker', {
    id: `arrow-${kind}`,
    class: `arrow ${kind}`,
    viewBox: '0 0 8 8',
    refX: 1,
    refY: 4,
    markerWidth: 8,
    markerHeight: 8,
    markerUnits: 'userSpaceOnUse',
    orient: 'auto',
  });
  marker.append(svg('path', { d: 'M0 0L8 4L0 8Z' }));
  return marker;
}
