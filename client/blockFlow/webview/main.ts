/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { GraphPlace } from '../../../server/protocol';
import type { FromPage, PageTexts, ToPage } from '../messages';
import { Diagram } from './diagram';
import { element, fill } from './elements';
import './style.css';

/** What a page of the editor may do; the editor defines it. */
declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): PageState | undefined;
  setState(state: PageState): void;
};

/** What is kept while the panel is hidden. */
interface PageState {
  readonly zoom: number;
  readonly filter: string;
}

const editor = acquireVsCodeApi();
let state: PageState = editor.getState() ?? { zoom: 1, filter: '' };

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => receive(data));
editor.postMessage({ kind: 'ready' });

let page: ReturnType<typeof build> | undefined;

function receive(message: ToPage): void {
  if (message.kind === 'texts') {
    page = build(message.texts);
    return;
  }
  if (message.kind === 'caret') page?.diagram.markLine(message.line);
  else page?.draw(message);
}

/** Makes the page once its words are there. */
function build(texts: PageTexts) {
  const filter = element('input', { type: 'search', placeholder: texts.filter, 'aria-label': texts.filter });
  filter.value = state.filter;
  const counts = element('span', { class: 'counts', role: 'status' });
  const legend = element('span', { class: 'legend', 'aria-hidden': 'true' });
  for (const kind of ['lost', 'kept', 'recalculated', 'library'] as const)
    legend.append(element('span', { class: kind }, texts[kind]));
  const details = element('div', { class: 'details' });
  details.textContent = texts.hint;
  const scroller = element('div', { class: 'scroller' });
  const note = element('p', { class: 'note' });
  const goTo = (place: GraphPlace) => editor.postMessage({ kind: 'goTo', place });
  const diagram = new Diagram(scroller, details, texts, goTo);
  const button = (title: string, text: string, run: () => void) => {
    const made = element('button', { title, 'aria-label': title, type: 'button' }, text);
    made.addEventListener('click', run);
    return made;
  };
  const keep = (change: Partial<PageState>): void => {
    state = { ...state, ...change };
    editor.setState(state);
  };
  const zoomTo = (zoom: number): void => keep({ zoom: diagram.zoomTo(zoom) });
  const zoomIn = () => zoomTo(diagram.zoom * 1.2);
  const zoomOut = () => zoomTo(diagram.zoom / 1.2);
  const fitWidth = () => zoomTo(diagram.fittingZoom());
  const count = (): void => {
    const { blocks, lost, matching, all } = diagram.counts();
    counts.textContent =
      state.filter === '' ? fill(texts.counts, blocks, lost) : fill(texts.filtered, matching, all);
  };
  filter.addEventListener('input', () => {
    keep({ filter: filter.value });
    diagram.filter(filter.value);
    count();
  });
  scroller.addEventListener(
    'wheel',
    event => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomTo(diagram.zoom * Math.exp(-event.deltaY / 400));
    },
    { passive: false },
  );
  document.addEventListener('keydown', event => {
    if (event.target === filter || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '+' || event.key === '=') zoomIn();
    else if (event.key === '-') zoomOut();
    else if (event.key === '0') fitWidth();
    else if (event.key === '/') {
      event.preventDefault();
      filter.focus();
    }
  });
  const toolbar = element('div', { class: 'toolbar', role: 'toolbar', 'aria-label': 'Block Flow' });
  toolbar.append(
    filter,
    button(texts.zoomOut, '−', zoomOut),
    button(texts.zoomIn, '+', zoomIn),
    button(texts.fit, '↔', fitWidth),
    legend,
    counts,
  );
  document.body.replaceChildren(toolbar, note, scroller, details);
  let isFirst = true;
  const draw = ({ layout, note: text }: Extract<ToPage, { kind: 'flow' }>): void => {
    if (note.textContent !== text) details.textContent = texts.hint;
    note.textContent = text;
    document.body.classList.toggle('empty', layout === undefined);
    diagram.draw(layout);
    diagram.filter(state.filter);
    if (layout === undefined) {
      counts.textContent = '';
      return;
    }
    // A narrow panel shows the whole width at first, as long as that can be read.
    if (isFirst && editor.getState() === undefined) diagram.zoomTo(Math.max(0.7, diagram.fittingZoom()));
    else diagram.zoomTo(state.zoom);
    keep({ zoom: diagram.zoom });
    isFirst = false;
    count();
  };
  return { diagram, draw };
}
