import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from '../../server/analysis/document/commandDocument';

/**
 * How a document shows what a read sees:
 * - `probe NAME VALUE`: VALUE is what some read of NAME gave;
 * - `probe_exported NAME VALUE`: the same for a read by a child process;
 * - `tolerated NAME VALUE`: the same for a read that says itself what happens without a value, such as `${X:-d}`;
 * - `unreachable NAME VALUE`: a read that no path of its block gets to.
 */
export interface Probe {
  readonly block: number;
  readonly name: string;
  readonly kind: 'probe' | 'probe_exported' | 'tolerated' | 'unreachable';
}

/** A document that bash can run: its blocks with numbered probes. */
export interface OracleDocument {
  readonly text: string;
  /** The shell text of each block, in which `probe X …` has become `probe 7 X …`. */
  readonly blocks: readonly string[];
  /** By number, from 0. */
  readonly probes: readonly Probe[];
  readonly libraries: readonly Library[];
}

/** A file that lies in the project before anything runs. */
export interface Library {
  readonly file: string;
  readonly text: string;
}

/** A fence such as ```` ```text file=lib/state.sh ````: no block, but a file that blocks source. */
const LIBRARY = /^```text file=(\S+)\n([\s\S]*?)^```$/gm;

export function librariesIn(text: string): readonly Library[] {
  return [...text.matchAll(LIBRARY)].map(match => ({ file: match[1]!, text: match[2]! }));
}

const PROBE = /(?<![\w-])(probe|probe_exported|tolerated|unreachable) (?=([A-Za-z_]\w*))/g;

export function prepareDocument(text: string): OracleDocument {
  const probes: Probe[] = [];
  const blocks = parseDocument(text).blocks.map(block =>
    block.text.replace(PROBE, (head: string, kind: Probe['kind'], name: string) => {
      probes.push({ block: block.number, name, kind });
      return `${head}${probes.length - 1} `;
    }),
  );
  return { text, blocks, probes, libraries: librariesIn(text) };
}

/** A document written by hand: a section of a Markdown file in `documents/`. */
export interface WrittenDocument {
  readonly title: string;
  readonly text: string;
  /** What the engine is known to get wrong: the disagreements, as they are printed. */
  readonly fixmes: readonly string[];
}

/** Where bash and the engine are known to disagree; the reason follows behind a dash. */
const FIXME = /^FIXME: (.+?)(?: – .*)?$/gm;

/** All documents written by hand: each heading of level 2 begins one. */
export function writtenDocuments(): readonly WrittenDocument[] {
  const folder = path.join(import.meta.dirname, 'documents');
  return readdirSync(folder)
    .filter(file => file.endsWith('.md'))
    .sort()
    .flatMap(file => sectionsOf(path.basename(file, '.md'), readFileSync(path.join(folder, file), 'utf8')));
}

function sectionsOf(topic: string, text: string): readonly WrittenDocument[] {
  return text
    .split(/^(?=## )/m)
    .filter(section => section.startsWith('## '))
    .map(section => ({
      title: `${topic}: ${section.slice(3, section.indexOf('\n'))}`,
      text: section,
      fixmes: [...section.matchAll(FIXME)].map(match => match[1]!),
    }));
}
