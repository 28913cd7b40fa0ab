import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { kept } from '../kept';
import { isCommandEverywhere } from '../shell/programs';
import type { Call, ShellScript, Value } from '../shell/script';
import { placeIn, type Rule, steps } from './rule';
import { Earlier, placedSteps, placedStepsOf, stepsByShell } from './shells';

/** An alias that is used in one block and made only in an earlier one. */
export const lostAlias: Rule = {
  name: 'lost-alias',
  summary: 'An alias is used here that only an earlier block makes.',
  page: {
    severity: 'Information.',
    why: 'An alias lives in the shell that made it, like a variable. In the next block its name is a command that nobody knows, or the plain command of that name, without the options that the alias gave it.',
    example: steps("alias k='kubectl --namespace staging'", 'k get pods'),
    useInstead: steps('kubectl --namespace staging get pods'),
    fix: 'Write the command out, or define a function in the block that uses it: bash does not use an alias on the line that makes it, and in scripts not at all.',
    references: ['https://www.gnu.org/software/bash/manual/bash.html#Aliases'],
  },
  *check(flow) {
    if (!flow.blocks.some(({ script }) => makesAlias(script))) return;
    const earlier = new Earlier<Alias>(flow);
    const reported = new Set<Alias>();
    for (const shell of stepsByShell(flow)) {
      const made: Alias[] = [];
      const known = new Set<string>();
      for (const block of shell) {
        // What a file that is sourced makes is not in sight.
        if (block.flow.loads.length > 0) break;
        for (const { step } of placedSteps(block)) {
          if (step.kind === 'function') known.add(step.name);
          if (step.kind !== 'call' || step.name === undefined) continue;
          for (const alias of aliasesOf(flow, step, block)) {
            made.push(alias);
            known.add(alias.name);
          }
          const { name } = step;
          const alias = known.has(name) || isPlain(block, step) ? undefined : earlier.nearest(name, block);
          if (alias === undefined || block.role.kind !== 'step' || reported.has(alias)) continue;
          reported.add(alias);
          yield report(flow, block, step, alias);
        }
      }
      for (const alias of made) earlier.add(alias.name, alias);
    }
  },
};

interface Alias {
  readonly block: AnalysedBlock;
  readonly name: string;
  readonly word: Value;
}

const makesAlias = kept((script: ShellScript): boolean =>
  placedStepsOf(script).some(({ step }) => step.kind === 'call' && step.name === 'alias'),
);

/** What `alias a=… b=…` makes; an alias that only adds colour is missed by nobody. */
function aliasesOf(flow: DocumentFlow, call: Call, block: AnalysedBlock): readonly Alias[] {
  if (call.name !== 'alias' || isForProfile(flow, block)) return [];
  return call.arguments.flatMap(word => {
    const name = /^["']?([\w.:+-]+)=/.exec(word.text)?.[1];
    return name === undefined || word.text.includes('--color') ? [] : [{ block, name, word }];
  });
}

/** Whether the text above says that the block belongs into a start-up file: then each shell has its aliases. */
function isForProfile({ document }: DocumentFlow, { block }: AnalysedBlock): boolean {
  const above = document.lines.slice(Math.max(0, block.openLine - 3), block.openLine);
  return above.some(line => /\.(?:bashrc|zshrc|bash_profile|bash_aliases|profile|zprofile)\b/.test(line));
}

/** `command ls` and `\ls` want no alias. */
function isPlain({ block }: AnalysedBlock, { passesFunctions, span }: Call): boolean {
  return passesFunctions || /^["'\\]/.test(block.masked.slice(span.start, span.end));
}

function report(flow: DocumentFlow, block: AnalysedBlock, call: Call, alias: Alias): Finding {
  const where = placeIn(flow, alias.block, alias.word.span);
  const becomes = isCommandEverywhere(alias.name) ? 'is the plain command here' : 'is not found here';
  return {
    rule: 'lost-alias',
    severity: 'information',
    name: alias.name,
    message: `${alias.name} ${becomes}: it is an alias of ${where}, and each block runs in a shell of its own; write the command out`,
    block: block.block.number,
    span: documentSpan(block.block, call.span),
    definition: {
      block: alias.block.block.number,
      span: documentSpan(alias.block.block, alias.word.span),
      message: `the alias ${alias.name} is made here, in block ${alias.block.block.number}, and gone at the block's end`,
    },
  };
}
