import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { type FileTraffic, trafficOf } from '../flow/fileTraffic';
import { holdsPlaceholder } from '../flow/shownPath';
import { describePath } from '../flow/symbolic';
import { allSteps } from '../shell/script';
import type { Span } from '../text';
import { placeIn, type Rule, runBlocks, steps } from './rule';
import { isFixed, isLog, isShared } from './stateFiles';

/** A file of a fixed name in a place that everybody writes to, which a step runs or deletes. */
export const predictableTemporaryFile: Rule = {
  name: 'predictable-temporary-file',
  summary: 'A temporary file that a step runs or deletes has the same name in every run.',
  page: {
    severity: 'Information.',
    why: 'Everybody on the machine may create `/tmp/plan.env` first, or put a link in its place: who sources it then runs their text, and `>` follows the link (CWE-377, CWE-59). Without any malice, two runs at the same time overwrite and delete the state of each other. `/dev/shm` is no better.',
    example: steps(
      "printf 'PLAN=%q\\n' plan.md > /tmp/plan.env",
      '. /tmp/plan.env || exit 1\necho "$PLAN"\nrm -f /tmp/plan.env',
    ),
    useInstead: steps(
      'mkdir -p .crossblock\nprintf \'PLAN=%q\\n\' plan.md > ".crossblock/plan-${CLAUDE_SESSION_ID}.env"',
      '. ".crossblock/plan-${CLAUDE_SESSION_ID}.env" || exit 1\necho "$PLAN"\nrm -f ".crossblock/plan-${CLAUDE_SESSION_ID}.env"',
    ),
    fix: 'Put the file into a directory of the project that git ignores, with the id of the session in its name; within one block, use `mktemp`.',
    references: [
      'https://cwe.mitre.org/data/definitions/377.html',
      'https://cwe.mitre.org/data/definitions/59.html',
    ],
  },
  *check(flow) {
    const { files } = trafficOf(flow);
    const candidates = [...files.values()].filter(
      ({ path }) => isFixed(path) && isShared(path) && !holdsPlaceholder(flow.document, path),
    );
    if (candidates.length === 0) return;
    const scripts = new Set(runBlocks(flow).flatMap(block => scriptsRun(block)));
    for (const file of candidates) {
      const danger = dangerOf(flow, file, scripts);
      if (danger !== undefined) yield report(file, danger);
    }
  },
};

/** What a step does to the file that somebody else may have put there. */
function dangerOf(
  flow: DocumentFlow,
  { path, loads, uses, removals }: FileTraffic,
  scripts: ReadonlySet<Span>,
): string | undefined {
  const [load] = loads;
  if (load !== undefined) return `${placeIn(flow, load.block, load.span)} sources it`;
  const run = uses.find(({ use }) => scripts.has(use.span));
  if (run !== undefined) return `${placeIn(flow, run.block, run.use.span)} runs it`;
  const [removal] = removals;
  return removal === undefined || isLog(path)
    ? undefined
    : `block ${removal.block.number} moves or deletes it`;
}

/** The words that name a script which a shell is handed. */
function scriptsRun({ script }: AnalysedBlock): readonly Span[] {
  return [...allSteps(script.flow, true)].flatMap(step => {
    const word =
      step.kind === 'call' && /^(?:bash|sh|zsh)$/.test(step.name ?? '')
        ? step.arguments.find(({ text }) => !text.startsWith('-'))
        : undefined;
    return word === undefined ? [] : [word.span];
  });
}

function report({ path, writes }: FileTraffic, danger: string): Finding {
  const { block, span } = writes[0]!;
  return {
    rule: 'predictable-temporary-file',
    severity: 'information',
    name: undefined,
    message: `${describePath(path)} is the same file in every run, and ${danger}: parallel runs collide, and others may put a file of theirs there first; use a directory of the project, or mktemp within one block`,
    block: block.block.number,
    span: documentSpan(block.block, span),
    definition: undefined,
  };
}
