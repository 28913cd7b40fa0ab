import { documentSpan } from '../document/commandDocument';
import type { Finding, Severity } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { kept } from '../kept';
import { isCommandEverywhere } from '../shell/programs';
import type { Call, Define, FlowStep, ShellScript } from '../shell/script';
import type { Span } from '../text';
import { NAMES_READ, NODE_TOOLS, PATH_TOOLS, PYTHON_TOOLS, saysItself } from './environmentTables';
import { isCredentialToFillIn } from './lostReads';
import { originSpan, place, placeIn, type Rule, steps } from './rule';
import { Earlier, placedSteps, placedStepsOf, stepsByShell } from './shells';

/** A tool that needs what an earlier block changed in the environment: PATH, a virtual environment, a name that it reads by itself. */
export const missingEnvironment: Rule = {
  name: 'missing-environment',
  summary: 'A tool is called here that needs the environment which only an earlier block sets up.',
  page: {
    severity:
      'Warning where an earlier block changes PATH or activates an environment from which this one calls a tool; information where several blocks do so or the block clones the repository, and for a name that the tool reads without being told (AWS_PROFILE, KUBECONFIG, …).',
    why: 'Activating a virtual environment, `nvm use` and `export PATH=…` change variables of one shell. The next block starts with the old ones: `python` is the one of the system, in which nothing is installed, and a tool that was found before is not found any more. A tool that reads its profile or its cluster from the environment silently takes another one.',
    example: steps(
      'python3 -m venv .venv\nsource .venv/bin/activate\npip install -r requirements.txt',
      'pytest tests',
    ),
    useInstead: steps(
      'python3 -m venv .venv\n.venv/bin/pip install -r requirements.txt',
      '.venv/bin/pytest tests',
    ),
    fix: 'Activate the environment, or set the variable, in each block that calls the tool; or call the tool by its path (`.venv/bin/python`).',
    references: [
      'https://docs.python.org/3/library/venv.html#how-venvs-work',
      'https://code.claude.com/docs/en/tools-reference',
    ],
  },
  *check(flow) {
    const shells = stepsByShell(flow);
    const earlier = new Earlier<Change>(flow);
    const reported = new Set<unknown>();
    const changing = shells.filter(shell =>
      shell.some(({ script }) => changesInText(script).length > 0),
    ).length;
    const isChanged = changing > 0;
    // Where several blocks activate an environment, the author knows; what does not may not need one.
    const isRepeated = changing > 1;
    for (const shell of shells) {
      const changes: Change[] = [];
      for (const block of shell) {
        if (block.role.kind === 'step' && changes.length === 0 && (isChanged || readsNames(block.script)))
          for (const { finding, cause } of findingsIn(
            flow,
            block,
            earlier,
            isRepeated ? 'information' : 'warning',
          )) {
            if (reported.has(cause)) continue;
            reported.add(cause);
            yield finding;
          }
        changes.push(...changesIn(block));
      }
      for (const change of changes) for (const tool of change.tools) earlier.add(tool, change);
      if (shell.some(({ script }) => deactivates(script)))
        for (const tool of PYTHON_TOOLS) earlier.delete(tool);
    }
  },
};

/** Something that a block did to what its tools are. */
interface Change extends ChangeInText {
  readonly block: AnalysedBlock;
}

interface ChangeInText {
  readonly span: Span;
  /** `activates .venv`, `extends PATH`. */
  readonly what: string;
  readonly tools: ReadonlySet<string>;
  /** True in a block that clones the repository: it tells a person how to begin, and the agent is in its work tree already. */
  readonly isForBeginners: boolean;
}

/** A finding with what it is due to, so that one cause is reported once. */
interface Caused {
  readonly finding: Finding;
  readonly cause: unknown;
}

function* findingsIn(
  flow: DocumentFlow,
  block: AnalysedBlock,
  earlier: Earlier<Change>,
  severity: Severity,
): Generator<Caused> {
  const seen = new Set<string>();
  for (const { step } of placedSteps(block)) {
    // A file that is sourced activates the environment, or may do so out of sight.
    if (step.kind === 'load') return;
    if (step.kind === 'define' && step.name === 'PATH') return;
    if (step.kind !== 'call' || step.name === undefined) continue;
    if (activates(step) !== undefined) return;
    if (seen.has(step.name)) continue;
    const change = needsNoEnvironment(step) ? undefined : earlier.nearest(step.name, block);
    if (change !== undefined || NAMES_READ.has(step.name)) seen.add(step.name);
    if (change !== undefined)
      yield {
        finding: lostTool(flow, block, step, change, change.isForBeginners ? 'information' : severity),
        cause: change,
      };
    else yield* unreadNames(flow, block, step);
  }
}

/** Whether a text calls a tool that reads a name by itself. */
const readsNames = kept((script: ShellScript): boolean =>
  placedStepsOf(script).some(({ step }) => step.kind === 'call' && NAMES_READ.has(step.name ?? '')),
);

/** `python3 -c 'import json …'`, `curl … | python3 -`, `python3 -m venv .venv`: what every Python can do. */
function needsNoEnvironment({ name, arguments: words, hasInput }: Call): boolean {
  if (!/^python3?$/.test(name ?? '')) return false;
  const [first, second] = words.map(({ text }) => text);
  if (first === '-m') return /^(?:venv|ensurepip|json\.tool|http\.server)$/.test(second ?? '');
  return hasInput === true || first === undefined || /^(?:-|-c|--version|-V)$/.test(first);
}

/** What the steps of a block do to PATH. */
function changesIn(block: AnalysedBlock): readonly Change[] {
  const changes = changesInText(block.script);
  return changes.length === 0 ? NO_CHANGES : changes.map(change => ({ ...change, block }));
}

const NO_CHANGES: readonly Change[] = [];

const changesInText = kept((script: ShellScript): readonly ChangeInText[] => {
  const all = placedStepsOf(script);
  const isForBeginners = all.some(
    ({ step }) => step.kind === 'call' && step.name === 'git' && step.arguments[0]?.text === 'clone',
  );
  return all.flatMap(({ step, inSubshell, inFunction }, index): ChangeInText[] => {
    if (inSubshell || inFunction) return [];
    if (step.kind === 'load') {
      const environment = /^["']?(.*?)\/?bin\/activate["']?$/.exec(step.path?.text ?? '')?.[1];
      if (environment === undefined || isToFillIn(environment)) return [];
      return [
        {
          span: step.span,
          what: `activates ${environment || 'an environment'}`,
          tools: PYTHON_TOOLS,
          isForBeginners,
        },
      ];
    }
    if (step.kind === 'call') {
      const activated = activates(step);
      return activated === undefined ? [] : [{ span: step.span, ...activated, isForBeginners }];
    }
    if (step.kind !== 'define' || step.name !== 'PATH' || !extendsPath(step)) return [];
    const tools = toolsOnPath(
      step,
      all.slice(index + 1, index + 1 + NEAR).map(placed => placed.step),
    );
    return tools.size === 0 ? [] : [{ span: step.span, what: 'extends PATH', tools, isForBeginners }];
  });
});

/** `conda activate x`, `nvm use 20`. */
function activates({ name, arguments: words }: Call): Pick<Change, 'what' | 'tools'> | undefined {
  const [verb, environment] = words.map(({ text }) => text);
  if (name === 'conda' || name === 'mamba' || name === 'micromamba' || name === 'pyenv')
    return verb === 'activate' || verb === 'shell'
      ? { what: `activates ${environment ?? 'an environment'}`, tools: PYTHON_TOOLS }
      : undefined;
  if ((name === 'nvm' || name === 'fnm') && verb === 'use')
    return { what: `selects Node ${environment ?? ''}`.trim(), tools: NODE_TOOLS };
  return undefined;
}

/** Whether a block ends with the environment switched off. */
const deactivates = kept((script: ShellScript): boolean => {
  const verbs = placedStepsOf(script).flatMap(({ step }) => {
    if (step.kind === 'load') return ['load'];
    return step.kind === 'call' && (step.name === 'deactivate' || activates(step)) ? [step.name] : [];
  });
  return verbs[verbs.length - 1] === 'deactivate';
});

/** `PATH="dir:$PATH"`; any other value replaces it. */
function extendsPath({ value }: Define): boolean {
  return value?.parts.some(part => part.kind === 'parameter' && part.name === 'PATH') === true;
}

/** Steps behind a change of PATH in which the tool is looked for that the change is for. */
const NEAR = 40;

/** The tools that a change of PATH is for: what is known to lie there, and the first unusual one that is called behind it. */
function toolsOnPath({ value }: Define, behind: readonly FlowStep[]): ReadonlySet<string> {
  const folders = (value?.text ?? '').replace(/["']/g, '').split(':');
  const known = PATH_TOOLS.flatMap(([end, tools]) =>
    folders.some(folder => end.test(folder)) ? [...tools] : [],
  );
  if (known.length > 0) return new Set(known);
  const first = behind.find(step => step.kind === 'call' && !isUsual(step.name));
  return new Set(first?.kind === 'call' && first.name !== undefined ? [first.name] : []);
}

const USUAL = new Set(
  'bun brew cargo code docker gcc gh go hash java jq kubectl make node npm npx pip pip3 pnpm python rg ruby sudo uv which yarn'.split(
    ' ',
  ),
);

/** A command that is found without the change too, or whose name is no bare word. */
function isUsual(name: string | undefined): boolean {
  return name === undefined || !/^[\w.+-]+$/.test(name) || USUAL.has(name) || isCommandEverywhere(name);
}

function lostTool(
  flow: DocumentFlow,
  block: AnalysedBlock,
  call: Call,
  change: Change,
  severity: Severity,
): Finding {
  const where = placeIn(flow, change.block, change.span);
  return {
    rule: 'missing-environment',
    severity,
    name: call.name,
    message: `${call.name} is another one here, or not found: ${where} ${change.what}, and each block runs in a shell of its own; do it in this block too, or call ${call.name} by its path`,
    block: block.block.number,
    span: documentSpan(block.block, call.span),
    definition: {
      block: change.block.block.number,
      span: documentSpan(change.block.block, change.span),
      message: `this holds for the shell of block ${change.block.block.number} alone`,
    },
  };
}

/** Names that an earlier step exports and the tool reads, and that nothing here gives it. */
function* unreadNames(flow: DocumentFlow, block: AnalysedBlock, call: Call): Generator<Caused> {
  const names = NAMES_READ.get(call.name ?? '');
  if (names === undefined || saysItself(call)) return;
  for (const name of names) {
    if (flow.provided.has(name) || speaksOf(block, name)) continue;
    const origin = flow.originOfVariable(name, block);
    if (origin?.kind !== 'definition' || !origin.exported || origin.block.role.kind !== 'step') continue;
    // What the user has at hand is set before the agent starts.
    if (isCredentialToFillIn(origin) || isToFillIn(origin.define.value?.text ?? '')) continue;
    yield {
      cause: origin.block,
      finding: {
        rule: 'missing-environment',
        severity: 'information',
        name,
        message: `${call.name} does not see ${name} here: it is exported in ${place(flow, origin)}, and each block runs in a shell of its own; set it in this block too`,
        block: block.block.number,
        span: documentSpan(block.block, call.span),
        definition: {
          block: origin.block.block.number,
          span: originSpan(origin),
          message: `${name} is set here, in block ${origin.block.block.number}, and gone at the block's end`,
        },
      },
    };
  }
}

/** A value that stands for the reader's own: `your-profile`, `/path/to/kubeconfig`. */
function isToFillIn(value: string): boolean {
  return /\byour\b|\/path\/to\/|\bmy-(?:profile|project)\b|\.{3}/i.test(value);
}

/** Whether a block sets or reads a name by itself: then the loss, if it is one, is a variable's. */
function speaksOf({ block }: AnalysedBlock, name: string): boolean {
  return block.masked.includes(name);
}
