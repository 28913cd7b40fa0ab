import { type Block, type CommandDocument, frameOf } from '../document/commandDocument';
import { runsInSubagent } from '../document/commandMarkdown';
import { headingsOf } from '../document/headings';
import { proseAbove, proseBelow } from '../document/optionalSteps';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { kept } from '../kept';
import { changesDirectory } from '../shell/calls';
import { type Call, shellSteps } from '../shell/script';
import type { StatePlace } from './stateFileText';

/**
 * Whether no run can have a file of its own, whatever the document does: the host tells no session, or agents work at the same
 * time. What is calculated again needs no file.
 */
export function sharesFiles(flow: DocumentFlow): boolean {
  return isTaskIn(flow) || !tellsSession(flow);
}

function isTaskIn({ kind, document }: DocumentFlow): boolean {
  return runsInSubagent(kind, document.frontmatter) || speaksToTask(document);
}

/** Whether a document tells what to do where it is itself what an agent is started for: others are started at the same time. */
const speaksToTask = kept(({ text }: CommandDocument): boolean => SPAWNED.test(text));

const SPAWNED =
  /\b(?:[Ww]hen|[Ii]f|[Ss]ince|[Yy]ou are)\s+(?:you(?:'re| are| were)\s+)?(?:spawned|launched|started|dispatched|invoked)\s+(?:via|through|by|as|from)\s+(?:the\s+|an?\s+)?[`*_]{0,2}(?:(?:Task|Agent)\b(?!\s+[Tt]eam)|(?:[\w/-]{1,30}\s+)?(?:sub-?agent|orchestrator)\b)/;

function tellsSession({ profile }: DocumentFlow): boolean {
  return profile.provides.has('CLAUDE_CODE_SESSION_ID');
}

/**
 * Why the state file may not be the same one in two blocks, or may be that of another task, the most telling first; nothing where
 * the fix is as good as its class.
 * @param blocks the blocks that save or load
 * @param savers those that save
 */
export function handOverDoubts(
  flow: DocumentFlow,
  place: StatePlace,
  blocks: readonly AnalysedBlock[],
  savers: ReadonlySet<AnalysedBlock>,
): readonly string[] {
  const { document, profile } = flow;
  const isTask = isTaskIn(flow);
  const hasSession = tellsSession(flow);
  return [
    ...(place.namesSession && !hasSession
      ? [`${profile.title} tells the shell no session, so two runs share the file`]
      : []),
    ...(place.isForetold ? ['in that folder, anyone may make a file of that name first'] : []),
    ...(isTask ? ['agents that run at the same time share the file'] : []),
    ...(blocks.some(({ block }) => parallelBlocks(frameOf(document)).has(block.number))
      ? ['steps that run in parallel share the file']
      : []),
    ...(place.dependsOnDirectory && movesAway(flow, blocks, savers)
      ? ['a step changes the directory or the repository']
      : []),
    ...(place.dependsOnDirectory ? packers(flow).slice(0, 1) : []),
  ];
}

/** The steps that pack the project with what git ignores below it: whoever unpacks that would find the files. Parts of sentences. */
const packers = kept(({ blocks }: DocumentFlow): readonly string[] =>
  blocks.flatMap(block =>
    isStep(block) &&
    [...shellSteps(block.script.flow)].some(step => step.kind === 'call' && isPacker(step)) &&
    ![...shellSteps(block.script.flow)].some(changesDirectory)
      ? [`block ${block.block.number} packs the folder that the file lies in`]
      : [],
  ),
);

/** Hatchling, which `python -m build` often runs, asks only the ignore file at the top: so do archives of `.`, which ask none. */
function isPacker({ name = '', arguments: words }: Call): boolean {
  const texts = words.map(({ text }) => text);
  if (/^python[\d.]*$/.test(name)) return texts[0] === '-m' && texts[1] === 'build';
  if (name === 'hatch') return texts[0] === 'build' || texts[0] === 'publish';
  if (texts.some(text => /^(?:-C|--directory)/.test(text))) return false;
  const isWhole = texts.slice(1).some(text => /^\.\/?$/.test(text));
  if (name === 'zip') return isWhole && texts.some(text => /^-\w*r/.test(text));
  return name === 'tar' && isWhole && /^-?\w*c/.test(texts[0] ?? '');
}

const PARALLEL = /\b(?:(?:in )?parallel(?:ly)?|concurrent(?:ly)?|simultaneous(?:ly)?|at the same time)\b/i;
/** What else runs side by side: agents that do not run the document's own blocks, or nothing at all. */
const OTHERS =
  /\b(?:sub-?agents?|agents?|tasks?|teammates?|workers?|tool calls?|invocations?|sequential(?:ly)?|no|not|never|false)\b/i;
/** What a sentence far from a block must speak of, to speak of the block. */
const ITS_STEPS = /\b(?:steps?|blocks?|phases?|commands?|them|these|everything|this (?:skill|workflow))\b/i;

/** The blocks of which the prose around them, or what introduces the section that they stand in, tells to run them beside others. */
const parallelBlocks = kept(
  (frame: CommandDocument): ReadonlySet<number> =>
    new Set(frame.blocks.filter(block => runsInParallel(frame, block)).map(({ number }) => number)),
);

function runsInParallel(frame: CommandDocument, block: Block): boolean {
  const [nearest, ...outer] = headingsOf(frame, block);
  const near = [
    ...proseAbove(frame, block),
    ...proseBelow(frame, block.closeLine ?? block.openLine),
    ...(nearest === undefined ? [] : [nearest.text, ...proseBelow(frame, nearest.line)]),
  ];
  const far = [
    ...outer.flatMap(({ text, line }) => [text, ...proseBelow(frame, line)]),
    ...proseBelow(frame, -1),
  ];
  const isMeant = (line: string) => PARALLEL.test(line) && !OTHERS.test(line);
  return near.some(isMeant) || far.some(line => isMeant(line) && ITS_STEPS.test(line));
}

/**
 * Whether a step above what some blocks save and load leaves the directory, or makes another repository. A block loads before it does
 * anything.
 */
function movesAway(
  flow: DocumentFlow,
  blocks: readonly AnalysedBlock[],
  savers: ReadonlySet<AnalysedBlock>,
): boolean {
  return blocks.some(block => isAway(flow, block, savers.has(block)));
}

/** Whether a block comes behind such a step, or goes away itself before it saves. */
export function isAway(flow: DocumentFlow, { block }: AnalysedBlock, isSaver: boolean): boolean {
  const first = firstMove(flow);
  return block.number > first || (block.number === first && isSaver);
}

/** The number of the first block that does so. */
const firstMove = kept(({ blocks }: DocumentFlow): number => {
  const first = blocks.find(
    block =>
      isStep(block) && [...shellSteps(block.script.flow)].some(step => step.kind === 'call' && isMove(step)),
  );
  return first?.block.number ?? Number.POSITIVE_INFINITY;
});

function isMove({ name, arguments: [first] }: Call): boolean {
  if (name === 'git') return /^(?:init|clone|worktree)$/.test(first?.text ?? '');
  // To the top of the work tree, where the file is looked for anyway.
  if (name === 'cd') return !/^"?\$\(git rev-parse --show-toplevel\)"?$/.test(first?.text ?? '');
  return name === 'pushd' || name === 'popd';
}
