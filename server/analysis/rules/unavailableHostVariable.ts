import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { ExposedRead } from '../flow/blockFlow';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import type { UnavailableName } from '../hosts/profile';
import type { Read } from '../shell/script';
import { exposedByName } from './lostReads';
import { type Rule, runBlocks, steps } from './rule';

/** A variable of the host's own that is read where the host neither sets nor replaces it. */
export const unavailableHostVariable: Rule = {
  name: 'unavailable-host-variable',
  summary:
    'A variable of the host is read here that it neither sets for the shell nor replaces in this text.',
  page: {
    severity:
      'Warning; information in agents, in files that a command or skill only points to, whose text Claude Code is not known to go through, and in documents of other hosts.',
    why: 'Claude Code sets `CLAUDE_PROJECT_DIR` and `CLAUDE_PLUGIN_ROOT` for hooks and MCP servers, not for the blocks of a command. In the text of commands and skills it replaces the braced form without an operator: `${CLAUDE_PLUGIN_ROOT}`. It leaves `$CLAUDE_PLUGIN_ROOT` and `${CLAUDE_PLUGIN_ROOT:-x}` alone, so in the shell they are empty, and `"$CLAUDE_PLUGIN_ROOT/scripts/run.sh"` becomes `/scripts/run.sh`. Other hosts do not know these names at all.',
    example: steps('bash "$CLAUDE_PLUGIN_ROOT/scripts/report.sh"'),
    useInstead: steps('bash "${CLAUDE_PLUGIN_ROOT}/scripts/report.sh"'),
    fix: 'Write the braced form in commands and skills. Elsewhere, take the project from `git rev-parse --show-toplevel`, the session from `$CLAUDE_CODE_SESSION_ID`, or let the command that starts the agent say the path. A `SessionStart` hook of the project that writes the name into `$CLAUDE_ENV_FILE` sets it for every block, and the rule is silent. With a default (`${CLAUDE_PROJECT_DIR:-.}`) or a test the rule is silent.',
    references: [
      'https://github.com/anthropics/claude-code/issues/48230',
      'https://code.claude.com/docs/en/skills',
      'https://code.claude.com/docs/en/tools-reference',
    ],
  },
  *check(flow) {
    if (flow.profile.unavailable.size === 0) return;
    const found = new Map<string, { readonly block: AnalysedBlock; readonly read: Read; later: number }>();
    for (const block of runBlocks(flow)) {
      // What stands in such a fence runs while the host loads the text, in an environment of its own.
      if (block.block.info === '!') continue;
      for (const [name, reads] of exposedByName(block)) {
        const read = flow.profile.unavailable.has(name) ? emptyRead(reads) : undefined;
        // What an earlier block sets is lost, and that rule says so.
        if (read === undefined || flow.originOfVariable(name, block) !== undefined) continue;
        const before = found.get(name);
        if (before === undefined) found.set(name, { block, read, later: 0 });
        else before.later++;
      }
    }
    for (const [name, { block, read, later }] of found)
      yield report(flow, block, read, later, flow.profile.unavailable.get(name)!);
  },
};

/** The first read that sees nothing, in a block that makes no provision for that. */
function emptyRead(reads: readonly ExposedRead[]): Read | undefined {
  // Who asks for it knows that it may be missing.
  if (reads.some(({ read }) => read.asksFor !== undefined || read.fallback === 'alternative'))
    return undefined;
  return reads.find(
    ({ read, maybeSet }) => !maybeSet && read.fallback !== 'default' && read.reader === 'shell',
  )?.read;
}

function report(
  { profile, kind }: DocumentFlow,
  { block }: AnalysedBlock,
  { name, span, fallback }: Read,
  later: number,
  unavailable: UnavailableName,
): Finding {
  const { of, setFor } = unavailable;
  const { kinds, names } = profile.textSubstitution;
  const becomes = fallback === 'required' ? 'has no value here, and the shell stops' : 'is empty here';
  const others = later === 0 ? '' : `, and in ${later} later ${later === 1 ? 'block' : 'blocks'}`;
  const where = setFor === undefined ? 'for no shell' : `for ${setFor}, not for this shell`;
  const braced = `\${${name}}`;
  // Who runs a document of another host may know what the name stands for.
  const isText = kinds.has(kind) && of === undefined;
  const replaced = !names.has(name)
    ? ''
    : isText
      ? `, and replaces only ${braced} in the text`
      : `, and replaces ${braced} only in the text of commands and skills`;
  const reason =
    of === undefined
      ? `${profile.title} sets it ${where}${replaced}`
      : `it is a variable of ${of}, and ${profile.title} does not set it`;
  const instead = insteadOf(name, unavailable);
  const advice = isText && names.has(name) ? 'that' : instead && `"${instead}"`;
  return {
    rule: 'unavailable-host-variable',
    // Where the host is not known to go through the text, who runs it may still fill in what the name stands for.
    severity: isText ? 'warning' : 'information',
    name,
    message: `${name} ${becomes}${others}: ${reason}${advice === undefined ? '' : `; write ${advice}`}`,
    block: block.number,
    span: documentSpan(block, span),
    definition: undefined,
  };
}

/**
 * What tells the same as a variable, as it stands between double quotes; where somebody sets that after all, a hook or who starts the
 * agent, that counts.
 */
export function insteadOf(name: string, { instead }: UnavailableName): string | undefined {
  const word = instead?.replace(/^"|"$/g, '');
  return word?.startsWith('$(') ? `\${${name}:-${word}}` : word;
}
