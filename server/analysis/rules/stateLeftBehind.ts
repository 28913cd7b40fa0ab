import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { DocumentFlow } from '../flow/documentFlow';
import { type FileTraffic, trafficOf } from '../flow/fileTraffic';
import { describePath } from '../flow/symbolic';
import { allSteps } from '../shell/script';
import { placeIn, type Rule, runBlocks, steps } from './rule';
import { isLog, isOfHandOver, isShared } from './stateFiles';

/** A state file in a place that others share, which nothing in the document removes. */
export const stateLeftBehind: Rule = {
  name: 'state-left-behind',
  summary: 'Nothing in the document removes this state file.',
  page: {
    severity: 'Hint.',
    why: 'A state file in `/tmp` or `/dev/shm` outlives the workflow. The next run finds the old values and takes them for its own where a step was left out, other users of the machine can read them, and nobody dares to delete them later.',
    example: steps(
      'umask 077\nprintf \'PLAN=%q\\n\' plan.md > "/tmp/plan-${CLAUDE_SESSION_ID}.env"',
      '[ -f "/tmp/plan-${CLAUDE_SESSION_ID}.env" ] && . "/tmp/plan-${CLAUDE_SESSION_ID}.env"\necho "${PLAN:-none}"',
    ),
    useInstead: steps(
      'umask 077\nprintf \'PLAN=%q\\n\' plan.md > "/tmp/plan-${CLAUDE_SESSION_ID}.env"',
      '[ -f "/tmp/plan-${CLAUDE_SESSION_ID}.env" ] && . "/tmp/plan-${CLAUDE_SESSION_ID}.env"\necho "${PLAN:-none}"\nrm -f "/tmp/plan-${CLAUDE_SESSION_ID}.env"',
    ),
    fix: 'Remove the file in the last step that reads it, or keep it in a directory of the project that git ignores.',
    references: ['https://www.freedesktop.org/software/systemd/man/latest/tmpfiles.d.html'],
  },
  *check(flow) {
    if (flow.profile.keepsShell) return;
    const { files, mayRemove } = trafficOf(flow);
    const left = [...files.values()].flatMap(file => {
      // What is another file in each process, no later block finds: that its path is lost is the finding.
      const isState =
        isShared(file.path) && !isLog(file.path) && !file.path.some(({ kind }) => kind === 'unique');
      const reader =
        isState && !mayRemove(file) && !isFileOfHandOver(file) ? readerBehind(flow, file) : undefined;
      return reader === undefined ? [] : [{ file, reader }];
    });
    if (left.length === 0 || callsCleanup(flow)) return;
    const told = proseThatRemoves(flow);
    for (const { file, reader } of left) if (!told.includes(nameOf(file))) yield report(file, reader);
  },
};

/** What the hand-over fix writes: it stays, for a step may be run again, and lies where the user wants it. */
function isFileOfHandOver({ writes }: FileTraffic): boolean {
  return writes.every(({ block, span }) =>
    block.block.text.slice(span.start, span.end).match(/\w+/g)?.some(isOfHandOver),
  );
}

/** Where a later block takes what an earlier one wrote. */
function readerBehind(flow: DocumentFlow, { writes, loads, uses }: FileTraffic): string | undefined {
  const first = writes[0]?.block;
  if (first === undefined) return undefined;
  const isBehind = ({ block }: { readonly block: typeof first }) =>
    block.block.number > first.block.number && !flow.areAlternatives(first.block, block.block);
  const load = loads.find(isBehind);
  if (load !== undefined) return placeIn(flow, load.block, load.span);
  const use = uses.find(touch => isBehind(touch) && !touch.use.creates);
  return use && placeIn(flow, use.block, use.use.span);
}

/** `cleanup_state`, `make clean`: what it removes stands elsewhere. */
function callsCleanup(flow: DocumentFlow): boolean {
  return runBlocks(flow).some(({ script }) =>
    [...allSteps(script.flow, true)].some(
      step =>
        step.kind === 'call' &&
        (/clean|purge|teardown|tear_down|remove/i.test(step.name ?? '') ||
          step.arguments.some(({ text }) => /^(?:clean|cleanup|-delete)$/.test(text))),
    ),
  );
}

/** What the prose tells the agent to remove: "Delete `/tmp/plan.env` at the end". */
function proseThatRemoves({ document }: DocumentFlow): string {
  return document.lines
    .filter(line => /\b(?:delete|remove|clean(?:s|ed)?[ -]?up|rm)\b/i.test(line))
    .slice(0, MAX_LINES)
    .join('\n');
}

/** Lines about removing; a document with more of them is about nothing else. */
const MAX_LINES = 200;

/** The last part of a path, as far as it is known. */
function nameOf({ path }: FileTraffic): string {
  const last = path[path.length - 1];
  return last?.kind === 'text' ? last.text.slice(last.text.lastIndexOf('/') + 1) : '';
}

function report({ path, writes }: FileTraffic, reader: string): Finding {
  const { block, span } = writes[0]!;
  return {
    rule: 'state-left-behind',
    severity: 'hint',
    name: undefined,
    message: `${describePath(path)} is left behind: ${reader} reads it, and nothing here removes it; remove it where it is read last`,
    block: block.block.number,
    span: documentSpan(block.block, span),
    definition: undefined,
  };
}
