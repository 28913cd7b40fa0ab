import { isBridgedInProse } from '../document/bridges';
import type { Finding } from '../finding';
import type { AnalysedInline, DocumentFlow } from '../flow/documentFlow';
import type { Origin } from '../flow/origins';
import type { Read } from '../shell/script';
import { originSpan, place, type Rule } from './rule';

/** A command between backquotes in the prose that reads what a block has set. */
export const lostInProse: Rule = {
  name: 'lost-in-prose',
  summary: 'A command in the prose reads a variable that only a block above sets.',
  page: {
    severity: 'Hint.',
    why: 'An agent that is told to run a command runs it as it stands, in a shell of its own, whether it stands in a block or between backquotes in a sentence. What a block above has set is gone there as well.',
    example:
      '## Step 1\n\n```bash\nREPORT_DIR="$HOME/reports"\nmkdir -p "$REPORT_DIR"\n```\n\n## Step 2\n\nRun `ls -la "$REPORT_DIR"` and read the list.\n',
    useInstead:
      '## Step 1\n\n```bash\nREPORT_DIR="$HOME/reports"\nmkdir -p "$REPORT_DIR"\n```\n\n## Step 2\n\nRun `ls -la "$HOME/reports"` and read the list.\n',
    fix: 'Write the value out, or move the command into a block that calculates it.',
    noQuickFix:
      'A line of the prose has no place for a second command, and which of the two the sentence means, only its author knows.',
    references: ['https://code.claude.com/docs/en/tools-reference'],
  },
  *check(flow) {
    if (flow.profile.keepsShell) return;
    for (const inline of flow.inline) {
      const told = new Set<string>();
      for (const { read, maybeSet } of inline.exposed) {
        if (maybeSet || read.fallback !== 'none' || told.has(read.name)) continue;
        told.add(read.name);
        const origin = flow.originBefore(read.name, inline.command.line);
        if (origin?.kind !== 'definition' || origin.block.role.kind !== 'step') continue;
        const isBridged = isBridgedInProse(
          flow.document,
          [origin.block.block],
          inline.command.line,
          read.name,
        );
        if (!isBridged) yield report(flow, inline, read, origin);
      }
    }
  },
};

function report(
  flow: DocumentFlow,
  { command }: AnalysedInline,
  { name, span }: Read,
  origin: Extract<Origin, { kind: 'definition' }>,
): Finding {
  const number = origin.block.block.number;
  return {
    rule: 'lost-in-prose',
    severity: 'hint',
    name,
    message: `${name} is empty where this command is run: it is set in ${place(flow, origin)}, and each command runs in a shell of its own; write the value out`,
    block: number,
    span: { start: command.span.start + span.start, end: command.span.start + span.end },
    definition: {
      block: number,
      span: originSpan(origin),
      message: `${name} is set here, in block ${number}, and gone at the block's end`,
    },
  };
}
