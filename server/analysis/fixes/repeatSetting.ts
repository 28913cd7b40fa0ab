import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { allSteps, type Statement } from '../shell/script';
import { withoutQuotes } from '../shell/words';
import { isCopiable, linesOfStatement } from './copying';
import type { Fix } from './fix';
import { insertLines, startOfCode } from './insertion';
import { noBetterThan } from './ranks';
import { recalculate } from './recalculate';
import { statementAt } from './replacing';

/** What an earlier block did to its own shell, done in this block too: an option, an alias, the environment. */
export function repeatSetting({ flow, findings }: Analysis, finding: Finding): readonly Fix[] {
  const block = flow.blocks[finding.block - 1];
  const setter = flow.blocks[(finding.definition?.block ?? 0) - 1];
  const offset = finding.definition && setter?.block.fromDocument(finding.definition.span.start);
  if (block === undefined || setter === undefined || offset === undefined) return [];
  const statement = statementAt(setter, offset);
  if (statement === undefined || !isCopiable(findings, setter, statement)) return [];
  if (finding.rule === 'lost-option') return repeatOption(flow, block, setter, statement);
  if (finding.rule === 'lost-alias') return defineAlias(flow, block, setter, statement, finding.name);
  if (finding.rule === 'missing-environment') return setUp(flow, block, setter, statement, finding.name);
  return finding.rule === 'reset-to-default' ? keepEarlier(flow, block, finding.name) : [];
}

/** `set -euo pipefail`, `shopt -s nullglob`, `umask 077`, where they stand on every way through the block. */
function repeatOption(
  flow: DocumentFlow,
  block: AnalysedBlock,
  setter: AnalysedBlock,
  statement: Statement,
): readonly Fix[] {
  const isAlone = statement.flow.length === 1 && statement.flow[0]?.kind === 'call';
  const lines = linesOfStatement(setter, statement);
  const isTaken = block.script.statements.some(({ flow: own }) => own.some(step => step.kind === 'leave'));
  if (!isAlone || lines.length > 1 || isTaken) return [];
  return [
    {
      title: `Set it here too: ${lines[0]}`,
      kind: 'repeat',
      safety: 'safe',
      edits: [insertLines(flow.document, block.block, startOfCode(block.block), lines)],
    },
  ];
}

/** An alias of plain words as a function: shells without a prompt do not look at aliases. */
function defineAlias(
  flow: DocumentFlow,
  block: AnalysedBlock,
  setter: AnalysedBlock,
  statement: Statement,
  name: string | undefined,
): readonly Fix[] {
  if (name === undefined || !/^[A-Za-z_][\w-]*$/.test(name)) return [];
  const words = [...allSteps(statement.flow)].flatMap(step =>
    step.kind === 'call' && step.name === 'alias' ? step.arguments : [],
  );
  const word = words.find(({ text }) => text.startsWith(`${name}=`));
  if (word === undefined) return [];
  const text = withoutQuotes(setter.block.text.slice(word.span.start + name.length + 1, word.span.end));
  if (!/^[\w./-]+(?: [\w./=@:+,-]+)*$/.test(text)) return [];
  const command = text.split(' ')[0] === name ? `command ${text}` : text;
  return [
    {
      title: `Define ${name} here, as a function`,
      kind: 'define',
      safety: 'safe',
      edits: [
        insertLines(flow.document, block.block, startOfCode(block.block), [`${name}() { ${command} "$@"; }`]),
      ],
    },
  ];
}

/** NODE_ENV, RAILS_ENV: what a tool does by itself is often meant. */
const MODE = /^(?:\w+_)?ENV$/;

/** `export PATH=…`, `source .venv/bin/activate`, an exported name that a tool reads. */
function setUp(
  flow: DocumentFlow,
  block: AnalysedBlock,
  setter: AnalysedBlock,
  statement: Statement,
  name: string | undefined,
): readonly Fix[] {
  const isOfName = statement.flow.some(step => step.kind === 'define' && step.name === name);
  if (isOfName && name !== undefined) {
    const fix = recalculate(flow, block, [name]);
    if (fix === undefined) return [];
    const here = { ...fix, title: fix.title.replace(/^Recalculate/, 'Set it') };
    return [
      MODE.test(name) ? noBetterThan('suggestion', here, 'a test or a build may want another one') : here,
    ];
  }
  const steps = [...allSteps(statement.flow)];
  const readsOwn = steps.some(
    step =>
      step.kind === 'read' && step.name !== 'PATH' && flow.originOfVariable(step.name, block) !== undefined,
  );
  const lines = linesOfStatement(setter, statement);
  if (readsOwn || lines.length > 1) return [];
  const isFixed = steps.every(
    step =>
      step.kind === 'define' ||
      step.kind === 'export' ||
      (step.kind === 'read' && (step.name === 'PATH' || step.name === 'HOME')),
  );
  return [
    {
      title: `Do it here too: ${shortened(lines[0]!)}${isFixed ? '' : ' (unsafe: it runs again, as things are then)'}`,
      kind: 'repeat',
      safety: isFixed ? 'safe' : 'unsafe',
      edits: [insertLines(flow.document, block.block, startOfCode(block.block), lines)],
    },
  ];
}

/** The value of the earlier block before the default: only the author knows which one is meant. */
function keepEarlier(flow: DocumentFlow, block: AnalysedBlock, name: string | undefined): readonly Fix[] {
  const fix = name === undefined ? undefined : recalculate(flow, block, [name]);
  // What the host takes for an argument would be found in this block as well.
  if (fix?.safety !== 'safe' || fix.edits.some(({ text }) => /\$\d/.test(text))) return [];
  return [
    {
      ...fix,
      title: `Calculate ${name} here as the earlier block does (suggestion: the default may be meant)`,
      safety: 'suggestion',
    },
  ];
}

/** UTF-16 units. */
const MAX_SHOWN = 60;

function shortened(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}
