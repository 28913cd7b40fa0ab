import type { BlockGraph } from '../types';
import { formatDot } from './dot';
import { formatGraphJson } from './json';
import { formatMermaid } from './mermaid';
import { formatSvg } from './svg';

/** What a graph can be written as. */
export const GRAPH_FORMATS: Readonly<Record<string, (graph: BlockGraph) => string>> = {
  mermaid: formatMermaid,
  dot: formatDot,
  svg: formatSvg,
  json: formatGraphJson,
};
