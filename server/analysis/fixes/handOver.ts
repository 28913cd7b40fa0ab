import type { Finding } from '../finding';
import { type AnalysedBlock, type DocumentFlow, isStep } from '../flow/documentFlow';
import { lostReads } from '../rules/lostReads';
import { allSteps } from '../shell/script';
import type { Fix } from './fix';
import { insertLines, startOfCode } from './insertion';
import { savePlace } from './savePlace';
import { loadLines, type SavedName, STATE_FOLDER, saveLines, stateFilePath } from './stateFileText';

/**
 * *Hand over through a state file*: the block that sets the values saves them, the blocks that miss them load them. It speaks
 * of all variables that are lost from one block, so that there is one insertion in each.
 * @param document what the file is named after: the document's name without folder and ending
 * @returns undefined where the values cannot be saved at one place, or come from more than one block
 */
export function handOver(flow: DocumentFlow, finding: Finding, document: string): Fix | undefined {
  if (finding.rule !== 'lost-variable') return undefined;
  const own = lostReads(flow).find(
    ({ block, read }) => block.block.number === finding.block && read.name === finding.name,
  );
  if (own === undefined || own.origin.kind !== 'definition') return undefined;
  const writer = own.origin.block;
  if (writer.block.text.includes(STATE_FOLDER)) return undefined;
  const lost = lostReads(flow).filter(
    other =>
      other.loaded === undefined &&
      other.origin.kind === 'definition' &&
      other.origin.block === writer &&
      hasOneWriter(flow, other.read.name, other.block),
  );
  if (!lost.includes(own)) return undefined;
  const names = new Map<string, SavedName>();
  for (const { read, origin } of lost)
    if (origin.kind === 'definition')
      names.set(read.name, {
        name: read.name,
        isArray: origin.define.array,
        isExported: origin.exported,
      });
  const place = savePlace(flow, writer, new Set(names.keys()));
  if (place === undefined) return undefined;
  const path = stateFilePath(document, writer.block.number);
  const readers = [...new Set(lost.map(({ block }) => block))];
  const reasons = suggestionReasons(flow);
  const subject = names.size <= 3 ? [...names.keys()].join(', ') : `${names.size} variables`;
  const reason = reasons[0] ?? 'it writes a file';
  return {
    title: `Hand over through a state file: ${subject} (${reasons.length > 0 ? 'suggestion' : 'unsafe'}: ${reason})`,
    kind: 'handOver',
    safety: reasons.length > 0 ? 'suggestion' : 'unsafe',
    edits: [
      insertLines(flow.document, writer.block, place, saveLines(path, [...names.values()])),
      ...readers.map(({ block }) =>
        insertLines(flow.document, block, startOfCode(block), loadLines(path, writer.block.number)),
      ),
    ],
  };
}

/** With a second writer the files of both would have to be told apart by what has run. */
function hasOneWriter(flow: DocumentFlow, name: string, reader: AnalysedBlock): boolean {
  return new Set(flow.blocksDefining(name, reader)).size === 1;
}

/** Why the file's name may not be the same one in both blocks, or may be that of another task. */
function suggestionReasons(flow: DocumentFlow): readonly string[] {
  const { document, kind, profile } = flow;
  const steps = flow.blocks.filter(isStep);
  const calls = steps.flatMap(({ script }) =>
    [...allSteps(script.flow)].flatMap(step => (step.kind === 'call' ? [step] : [])),
  );
  const movesAway = calls.some(
    ({ name, arguments: [first] }) =>
      /^(?:cd|pushd|popd)$/.test(name ?? '') ||
      (name === 'git' && /^(?:init|clone|worktree)$/.test(first?.text ?? '')),
  );
  const isTask = kind === 'agent' || document.frontmatter.context === 'fork';
  return [
    ...(profile.provides.has('CLAUDE_CODE_SESSION_ID')
      ? []
      : [`${profile.title} tells the shell no session, so two runs share the file`]),
    ...(isTask ? ['agents that run at the same time share the file'] : []),
    ...(/\b(?:parallel|concurrent)/i.test(document.text)
      ? ['steps that run in parallel share the file']
      : []),
    ...(movesAway ? ['a step changes the directory or the repository'] : []),
  ];
}
