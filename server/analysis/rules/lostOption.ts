import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { kept } from '../kept';
import type { Call, Flow, FlowStep, ShellScript, Subshell, Write } from '../shell/script';
import type { Span } from '../text';
import { placeIn, type Rule, steps } from './rule';
import { Earlier, placedSteps, placedStepsOf, stepsByShell } from './shells';

/** An option of an earlier block's shell, where the later block visibly does something else without it. */
export const lostOption: Rule = {
  name: 'lost-option',
  summary: 'A block relies on a shell option or a umask that only an earlier block sets.',
  page: {
    severity: 'Information.',
    why: 'What `shopt`, `set -o` and `umask` say holds for the shell that they were said to. The next block starts with the defaults: a glob that matches nothing stays as it is written, `**` does not descend, a pipeline succeeds when its last command does, and a new file can be read by everybody. Only places where that makes a difference are reported.',
    example: steps('set -o pipefail', 'npm test | tee test.log || exit 1'),
    useInstead: steps('set -o pipefail\nnpm test | tee test.log || exit 1'),
    fix: 'Set the option in the block that needs it.',
    references: [
      'https://www.gnu.org/software/bash/manual/bash.html#The-Set-Builtin',
      'https://www.gnu.org/software/bash/manual/bash.html#The-Shopt-Builtin',
      'https://code.claude.com/docs/en/tools-reference',
    ],
  },
  *check(flow) {
    if (!flow.blocks.some(({ script }) => settersIn(script).length > 0)) return;
    const earlier = new Earlier<Setting>(flow);
    const reported = new Set<Setting>();
    for (const shell of stepsByShell(flow)) {
      const own = new Map<OptionName, Setting>();
      for (const block of shell) {
        // What a file that is sourced sets is not in sight.
        if (block.flow.loads.length > 0) break;
        const settings = settingsIn(block);
        for (const name of OPTION_NAMES) {
          const setting = own.has(name) || settings.has(name) ? undefined : earlier.nearest(name, block);
          if (setting === undefined || block.role.kind !== 'step' || reported.has(setting)) continue;
          const span = RELIANCE[name](block);
          if (span === undefined) continue;
          reported.add(setting);
          yield report(flow, block, span, setting);
        }
        for (const [name, setting] of settings) own.set(name, setting);
      }
      for (const [name, setting] of own)
        if (setting.isOn) earlier.add(name, setting);
        else earlier.delete(name);
    }
  },
};

type OptionName = 'nullglob' | 'globstar' | 'dotglob' | 'pipefail' | 'umask';

const OPTION_NAMES: readonly OptionName[] = ['nullglob', 'globstar', 'dotglob', 'pipefail', 'umask'];

/** The last that a block says about an option. */
interface Setting {
  readonly block: AnalysedBlock;
  readonly name: OptionName;
  readonly span: Span;
  readonly isOn: boolean;
}

function settingsIn(block: AnalysedBlock): ReadonlyMap<OptionName, Setting> {
  const settings = new Map<OptionName, Setting>();
  for (const step of settersIn(block.script)) {
    const words = step.arguments.map(({ text }) => text);
    const end = step.arguments[words.length - 1]?.span.end ?? step.span.end;
    const span = { start: step.span.start, end };
    const isOn = !words.includes('+o') && !(step.name === 'shopt' && words.includes('-u'));
    for (const name of namesOf(step, words)) settings.set(name, { block, name, span, isOn });
  }
  return settings;
}

/** The calls that may set an option of the block's own shell. */
const settersIn = kept((script: ShellScript): readonly Call[] =>
  placedStepsOf(script).flatMap(({ step, inSubshell, inFunction }) =>
    step.kind === 'call' && SETTERS.has(step.name ?? '') && !inSubshell && !inFunction ? [step] : [],
  ),
);

const SETTERS = new Set(['umask', 'set', 'shopt']);

function namesOf({ name }: Call, words: readonly string[]): readonly OptionName[] {
  // A umask that lets everybody read is the default.
  if (name === 'umask') return words.some(word => /^0?[0-7]?77$/.test(word)) ? ['umask'] : [];
  if (name === 'set') return words.includes('pipefail') ? ['pipefail'] : [];
  if (name !== 'shopt') return [];
  return OPTION_NAMES.filter(option => words.includes(option));
}

/** Where a block does something else without an option, if it does. */
const RELIANCE: Readonly<Record<OptionName, (block: AnalysedBlock) => Span | undefined>> = {
  nullglob: block => globs(block, /[*?]/, true),
  globstar: block => globs(block, /(?:^|\/)\*\*(?:\/|$)/, false),
  dotglob: block => globs(block, /(?:^|\/)\*(?:\/|$)/, false),
  pipefail: testedPipeline,
  umask: writtenSecret,
};

/**
 * The first glob of a form.
 * @param inListsOnly true to look only where a word that matches nothing is taken for a file: in `for` and in arrays
 */
function globs(block: AnalysedBlock, form: RegExp, inListsOnly: boolean): Span | undefined {
  const asked = inListsOnly ? namesAskedFor(block) : undefined;
  for (const { step } of placedSteps(block)) {
    if (step.kind === 'define') {
      const list = listOf(block, step);
      if (list === undefined || !words(list).some(word => form.test(word))) continue;
      if (asked?.has(step.name) !== true) return step.span;
    } else if (step.kind === 'call' && !inListsOnly) {
      const word = step.arguments.find(({ text }) => isBare(text) && form.test(text));
      if (word !== undefined) return word.span;
    }
  }
  return undefined;
}

/** The words that `for x in …` goes through, or those of `A=(…)`. */
function listOf({ block }: AnalysedBlock, define: Extract<FlowStep, { kind: 'define' }>): string | undefined {
  if (define.form === 'loop') {
    const text = block.masked.slice(define.statement.start, define.statement.start + MAX_LIST);
    return /^for\s+\w+\s+in\s([^;\n]*)/.exec(text)?.[1];
  }
  return define.array ? define.value?.text.slice(1, -1) : undefined;
}

const MAX_LIST = 1_000;

function words(list: string): readonly string[] {
  return list.split(/\s+/).filter(isBare);
}

/** A word that the shell expands as a glob; quotes may keep it from that. */
function isBare(word: string): boolean {
  return !/["'\\`(]/.test(word.replace(/"\$\{?\w+\}?"/g, ''));
}

/** The names in `[ -e "$f" ] || continue`: the author knows that there may be no file. */
function namesAskedFor({ block }: AnalysedBlock): ReadonlySet<string | undefined> {
  const tests = block.masked.matchAll(/(?:\[|test) (?:! )?-[defrsL] "?\$\{?(\w+)/g);
  return new Set([...tests].map(([, name]) => name));
}

/** Commands that succeed whatever they are given, so that the status of what stands before them is lost. */
const ALWAYS_SUCCEED = new Set(
  'awk cat column cut fold head jq less more nl paste sed sort tac tail tee tr ts uniq wc xargs'.split(' '),
);
/** Commands whose failure in front of a pipe is nobody's question. */
const NEVER_FAIL = new Set('echo printf cat ls find date yes seq history env ps'.split(' '));

/** A pipeline whose status is asked for, where only a command that is not the last one can tell. */
function testedPipeline({ script }: AnalysedBlock): Span | undefined {
  if (readsStatuses(script.flow)) return undefined;
  for (const [index, { flow }] of script.statements.entries()) {
    const end = flow.findIndex(step => step.kind === 'subshell' && step.place === 'pipelineEnd');
    const first = flow[0];
    if (end < 1 || first?.kind !== 'subshell' || first.place !== 'pipeline') continue;
    const next = flow[end + 1] ?? script.statements[index + 1]?.flow[0];
    const isAsked = next?.kind === 'choice' || (next?.kind === 'read' && next.name === '?');
    const call = firstCall(first);
    const last = firstCall(flow[end] as Subshell)?.name;
    if (!isAsked || call === undefined || NEVER_FAIL.has(call.name ?? '')) continue;
    if (last !== undefined && ALWAYS_SUCCEED.has(last)) return call.span;
  }
  return undefined;
}

function readsStatuses(flow: Flow): boolean {
  return flow.some(step => step.kind === 'read' && step.name === 'PIPESTATUS');
}

function firstCall({ body }: Subshell): Call | undefined {
  return body.find(step => step.kind === 'call');
}

const SECRET_FILE =
  /(?:^|[/._-])(?:secrets?|credentials?|passwords?|tokens?|\.?netrc|\.pgpass|id_(?:rsa|ed25519))\b|\.(?:pem|key|p12)["']?$|(?:^|\/)["']?\.env(?:\.\w+)?["']?$/i;
const SECRET_NAME = /(?:TOKEN|SECRET|PASSWORD|API_KEY|PRIVATE_KEY)$/;

/** A secret that is written with the rights that files have by default. */
function writtenSecret(block: AnalysedBlock): Span | undefined {
  if (/\b(?:umask|chmod|install -m)\b/.test(block.block.masked)) return undefined;
  const write = placedSteps(block).find(({ step }) => step.kind === 'write' && isSecret(step));
  return write?.step.kind === 'write' ? write.step.path.span : undefined;
}

function isSecret({ path, keys }: Write): boolean {
  return SECRET_FILE.test(path.text) || keys?.some(({ name }) => SECRET_NAME.test(name)) === true;
}

/** What is said of the place where the option is missing. */
const CONSEQUENCES: Readonly<Record<OptionName, string>> = {
  nullglob: 'Where nothing matches, this glob stays as it is written',
  globstar: '** goes no deeper than * here',
  dotglob: 'This glob leaves hidden files out',
  pipefail: 'Only the last command of this pipeline counts',
  umask: 'This secret can be read by everybody',
};

function report(flow: DocumentFlow, block: AnalysedBlock, span: Span, setting: Setting): Finding {
  const where = placeIn(flow, setting.block, setting.span);
  return {
    rule: 'lost-option',
    severity: 'information',
    name: setting.name,
    message: `${CONSEQUENCES[setting.name]}: ${setting.name} is set in ${where}, and each block runs in a shell of its own; set it in this block too`,
    block: block.block.number,
    span: documentSpan(block.block, span),
    definition: {
      block: setting.block.block.number,
      span: documentSpan(setting.block.block, setting.span),
      message: `${setting.name} is set here, for the shell of block ${setting.block.block.number} alone`,
    },
  };
}
