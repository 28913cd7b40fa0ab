import { parseDocument } from '../../server/analysis/document/commandDocument';
import { type Library, librariesIn } from './documents';

/**
 * How a document of the repair oracle shows what its blocks do, besides the probes of `documents.ts`:
 * - `observe VALUE`: anything that a fix has to leave as it is;
 * - `<!-- agent: COMMAND -->` between two blocks: what the agent does there, in the project's directory; `cd DIRECTORY` leaves
 *   the next block in another one;
 * - `<!-- done: on -->` and `<!-- done: off -->` above a block: the step is done in one of the two executions only.
 */
export interface NumberedProbe {
  readonly kind: 'probe' | 'probe_exported' | 'tolerated' | 'unreachable' | 'observe';
  /** Empty for what `observe` shows. */
  readonly name: string;
}

/** Which fixes a run applies: those of `check --fix`, or of `check --fix-unsafe`. */
export type Fixes = 'safe' | 'unsafe';

export interface JudgedDocument {
  readonly text: string;
  readonly shell: 'bash' | 'zsh';
}

/** A document whose probes carry their numbers in its text, so that they keep them wherever a fix copies them. */
export interface NumberedDocument {
  readonly text: string;
  readonly probes: readonly NumberedProbe[];
}

const PROBE =
  /(?<![\w-])(?:(probe|probe_exported|tolerated|unreachable) (?=([A-Za-z_]\w*))|(observe) (?=\S))/g;

export function numberProbes(text: string): NumberedDocument {
  const probes: NumberedProbe[] = [];
  const numbered = text.replace(PROBE, (head: string, kind?: NumberedProbe['kind'], name?: string) => {
    probes.push({ kind: kind ?? 'observe', name: name ?? '' });
    return `${head}${probes.length - 1} `;
  });
  return { text: numbered, probes };
}

/** The two executions of a session; the input differs, so that conditions go the other way. */
export const EXECUTIONS = [
  { number: 1, only: 'on', flag: 'yes', arguments: 'on alpha beta' },
  { number: 2, only: 'off', flag: '', arguments: 'off gamma' },
] as const;

export type Execution = (typeof EXECUTIONS)[number];

/** A block as it is run, with what the agent does before it. */
export interface RunnableBlock {
  readonly number: number;
  readonly text: string;
  readonly only: Execution['only'] | undefined;
  /** Commands of the agent, in order. */
  readonly before: readonly string[];
}

export interface RunnableDocument {
  readonly blocks: readonly RunnableBlock[];
  readonly libraries: readonly Library[];
  readonly shell: 'bash' | 'zsh';
  /** Whether the caller gives arguments, which the host then puts in the place of `$1` too. */
  readonly takesArguments: boolean;
}

const AGENT = /<!-- agent: (.+?) -->/g;
const ONLY = /<!-- done: (on|off) -->/;

export function runnable(text: string, shell: 'bash' | 'zsh'): RunnableDocument {
  const document = parseDocument(text);
  const { lines } = document;
  const blocks = document.blocks.map((block, index): RunnableBlock => {
    const previous = document.blocks[index - 1];
    const from = previous === undefined ? 0 : (previous.closeLine ?? previous.openLine) + 1;
    const prose = lines.slice(from, block.openLine).join('\n');
    return {
      number: block.number,
      text: block.text,
      only: ONLY.exec(prose)?.[1] as RunnableBlock['only'],
      before: [...prose.matchAll(AGENT)].map(match => match[1]!),
    };
  });
  const takesArguments = /^argument-hint:|\$\{?ARGUMENTS\b/m.test(text);
  return { blocks, libraries: librariesIn(text), shell, takesArguments };
}
