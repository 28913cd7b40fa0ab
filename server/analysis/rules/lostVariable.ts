import { isBridged } from '../document/bridges';
import { documentSpan } from '../document/commandDocument';
import type { Finding, Severity } from '../finding';
import type { ExposedRead } from '../flow/blockFlow';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import type { Origin } from '../flow/origins';
import type { Hazard, Read } from '../shell/script';
import { originSpan, place, type Rule, readingBlocks, steps } from './rule';

/** A variable or an array that is read in one block and has its value only in an earlier one. */
export const lostVariable: Rule = {
  name: 'lost-variable',
  summary: 'A variable is read here that only an earlier block sets.',
  page: {
    severity:
      'Warning; an error where the empty value deletes, changes directory or writes to the root directory; information where the prose bridges the gap or the value is a credential from a set-up section.',
    why: 'The agent runs each fenced block in a shell of its own. A variable that one block sets is unset in the next, `export` or not: an exported variable reaches the children of its shell, and the next block is no child. Nothing warns; the name expands to nothing, and `rm -rf "$DIR/build"` becomes `rm -rf "/build"`.',
    example: steps('REPORT_DIR="$HOME/reports"\nmkdir -p "$REPORT_DIR"', 'date > "$REPORT_DIR/today.txt"'),
    useInstead: steps(
      'REPORT_DIR="$HOME/reports"\nmkdir -p "$REPORT_DIR"',
      'REPORT_DIR="$HOME/reports"\ndate > "$REPORT_DIR/today.txt"',
    ),
    fix: '*Recalculate here* inserts the assignments that compute the value. It is safe where all that they read stays the same while the document runs, and says why where it is not.',
    references: [
      'https://github.com/anthropics/claude-code/issues/2508',
      'https://github.com/anthropics/claude-code/issues/334',
      'https://code.claude.com/docs/en/tools-reference',
    ],
  },
  *check(flow) {
    for (const block of readingBlocks(flow)) {
      for (const [name, reads] of exposedByName(block)) {
        const losing = reads.filter(losesValue);
        const origin = losing.length === 0 ? undefined : flow.originOfVariable(name, block);
        if (origin?.kind !== 'definition' && origin?.kind !== 'stateFile') continue;
        const first = losing.find(exposed => reaches(exposed, origin, block));
        if (first !== undefined) yield report(flow, block, first.read, reads, origin);
      }
    }
  },
};

/** The reads without a value of a block, by name, each list in the text's order. */
export function exposedByName(block: AnalysedBlock): ReadonlyMap<string, readonly ExposedRead[]> {
  const byName = new Map<string, ExposedRead[]>();
  for (const exposed of block.flow.exposed) {
    const known = byName.get(exposed.read.name);
    if (known === undefined) byName.set(exposed.read.name, [exposed]);
    else known.push(exposed);
  }
  for (const reads of byName.values()) reads.sort((a, b) => a.read.span.start - b.read.span.start);
  return byName;
}

/** A read that sees nothing on every path and makes no provision for that; in `rm -rf "${X:-}/x"` the empty default is none. */
export function losesValue({ maybeSet, read }: ExposedRead): boolean {
  if (maybeSet) return false;
  return read.fallback === 'none' || (read.fallback === 'default' && destroys(read.hazard));
}

function destroys(hazard: Hazard | undefined): boolean {
  return hazard === 'deletes' || hazard === 'writes-to-root';
}

/** What gives a variable its value, and is lost with it; a library has a rule of its own. */
type ValueOrigin = Extract<Origin, { kind: 'definition' | 'stateFile' }>;

function isExported(origin: ValueOrigin): boolean {
  return origin.kind === 'definition' && origin.exported;
}

/** A child process sees a variable only if it was exported, there or here. */
function reaches({ read }: ExposedRead, origin: ValueOrigin, { flow }: AnalysedBlock): boolean {
  return read.reader === 'shell' || isExported(origin) || flow.exports.some(({ name }) => name === read.name);
}

function report(
  flow: DocumentFlow,
  block: AnalysedBlock,
  read: Read,
  reads: readonly ExposedRead[],
  origin: ValueOrigin,
): Finding {
  const span = documentSpan(block.block, read.span);
  const isLoaded = origin.kind === 'stateFile';
  const advice = isLoaded
    ? '; load that file in this block too'
    : origin.exported
      ? '; export does not change that'
      : '';
  const thing = !isLoaded && origin.define.array ? 'an empty array' : 'empty';
  const given = isLoaded ? 'loaded from a state file' : 'set';
  const hazard = hazardOf(reads, read);
  const severity = severityOf(flow, block, read, hazard, origin);
  return {
    rule: 'lost-variable',
    severity,
    name: read.name,
    message: `${read.name} is ${thing} here${HAZARDS[hazard ?? 'none']}: it is ${given} in ${place(flow, origin)}, and each block runs in a shell of its own${advice}`,
    block: block.block.number,
    span,
    definition: {
      block: origin.block.block.number,
      span: originSpan(origin),
      message: `${read.name} is ${given} here, in block ${origin.block.block.number}, and gone at the block's end`,
    },
  };
}

function severityOf(
  flow: DocumentFlow,
  block: AnalysedBlock,
  read: Read,
  hazard: Hazard | undefined,
  origin: ValueOrigin,
): Severity {
  // Credentials and settings are meant to be exported once, outside, before the agent starts.
  if (origin.block.role.kind === 'configuration' || isCredentialToFillIn(origin)) return 'information';
  if (isBridged(flow.document, flow.blocksDefining(read.name, block), block.block, read.name))
    return 'information';
  return hazard === undefined ? 'warning' : 'error';
}

/** `API_TOKEN=<token>`, `export API_KEY=...`: what the user has at hand, and sets before the agent starts. */
function isCredentialToFillIn(origin: ValueOrigin): boolean {
  if (origin.kind !== 'definition' || !/(?:TOKEN|KEY|SECRET|PASSWORD|CREDENTIALS?)$/.test(origin.define.name))
    return false;
  const { value } = origin.define;
  if (value === undefined) return false;
  const word =
    /^(["']?)(.*)\1$/s.exec(origin.block.block.text.slice(value.span.start, value.span.end))?.[2] ?? '';
  return /^(?:\.{3}|…|<[^<>]+>|\{\{?[^{}]+\}\}?|\[[^[\]]+\]|your[-_ ].*|x{3,}.*)$/i.test(word);
}

/** The worst that the empty value does in the block: the first read, where the finding stands, may be a harmless one. */
function hazardOf(reads: readonly ExposedRead[], read: Read): Hazard | undefined {
  if (read.hazard !== undefined) return read.hazard;
  // Where the block asks for emptiness, what it does with the value is behind that question.
  if (reads.some(exposed => exposed.read.asksFor !== undefined)) return undefined;
  return reads.find(exposed => !exposed.maybeSet && exposed.read.hazard !== undefined)?.read.hazard;
}

const HAZARDS = {
  none: '',
  deletes: ', so another path is deleted',
  'changes-directory': ', so the directory is another one',
  'writes-to-root': ', so the root directory is written to',
} as const;
