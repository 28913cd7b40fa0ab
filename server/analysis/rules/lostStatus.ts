import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { kept } from '../kept';
import { allSteps, type Read, type ShellScript } from '../shell/script';
import type { Span } from '../text';
import { placeIn, type Rule, steps } from './rule';
import { Earlier, stepsByShell } from './shells';

/** `$?` or `PIPESTATUS` before the first command of a block: the status that an earlier block's command left. */
export const lostStatus: Rule = {
  name: 'lost-status',
  summary: 'A block begins with a question about the exit status of an earlier block.',
  page: {
    severity: 'Warning.',
    why: 'The exit status of the last command is a value of the shell that ran it. A block is run by a shell of its own, in which nothing has failed yet: before its first command `$?` is always 0, and `PIPESTATUS` holds one 0. A block that only tests it takes the way of success, whatever has happened.',
    example: steps('npm test', 'if [ $? -ne 0 ]; then\n  echo "The tests fail."\nfi'),
    useInstead: steps('if ! npm test; then\n  echo "The tests fail."\nfi'),
    fix: 'Ask in the block that runs the command, best with the command itself as the condition (`if ! npm test`).',
    references: [
      'https://www.gnu.org/software/bash/manual/bash.html#Special-Parameters',
      'https://code.claude.com/docs/en/tools-reference',
    ],
  },
  *check(flow) {
    const earlier = new Earlier<Command>(flow);
    for (const shell of stepsByShell(flow)) {
      const [block] = shell;
      const read = block?.role.kind === 'step' ? firstQuestion(block.script) : undefined;
      const before = read && block && earlier.nearest('', block);
      if (block !== undefined && read !== undefined && before !== undefined)
        yield report(flow, block, read, before);
      const last = shell.findLast(({ script }) => script.statements.length > 0);
      if (last !== undefined) earlier.add('', lastCommand(last));
    }
  },
};

/** The command whose status a block leaves behind. */
interface Command {
  readonly block: AnalysedBlock;
  readonly span: Span;
}

function lastCommand(block: AnalysedBlock): Command {
  return { block, span: block.script.statements[block.script.statements.length - 1]!.span };
}

/** The read of a status that stands before all that could set one. */
const firstQuestion = kept(({ statements }: ShellScript): Read | undefined => {
  for (const step of allSteps(statements[0]?.flow ?? [])) {
    if (step.kind !== 'read' && step.kind !== 'input') return undefined;
    if (step.kind === 'read' && (step.name === '?' || step.name === 'PIPESTATUS')) return step;
  }
  return undefined;
});

function report(flow: DocumentFlow, block: AnalysedBlock, read: Read, before: Command): Finding {
  const name = read.name === '?' ? '$?' : read.name;
  return {
    rule: 'lost-status',
    severity: 'warning',
    name,
    message: `${name} is always 0 here: no command of this block has run yet, and the status that ${placeIn(flow, before.block, before.span)} leaves is gone with its shell; ask for it in that block`,
    block: block.block.number,
    span: documentSpan(block.block, read.span),
    definition: {
      block: before.block.block.number,
      span: documentSpan(before.block.block, before.span),
      message: `the status of this command is gone at the end of block ${before.block.block.number}`,
    },
  };
}
