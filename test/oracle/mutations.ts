import { claudeCode } from '../../server/analysis/hosts/claudeCode';
import type { DefinitionForm, Flow, FlowStep, Read, ShellScript } from '../../server/analysis/shell/script';
import type { EngineChange } from './engine';

/** A rule of the engine that is switched off, from outside. */
export interface Mutation {
  readonly title: string;
  readonly change: EngineChange;
  /** True where the documents with libraries are to show it; the others must be shown by the rest. */
  readonly ofLibraries?: boolean;
}

type Rewrite = (step: FlowStep) => readonly FlowStep[];

/** Rewrites every step of a flow, the innermost first. */
function rewriteFlow(flow: Flow, rewrite: Rewrite): Flow {
  return flow.flatMap(step => rewrite(rewriteInside(step, rewrite)));
}

function rewriteInside(step: FlowStep, rewrite: Rewrite): FlowStep {
  if (step.kind === 'choice')
    return { ...step, branches: step.branches.map(branch => rewriteFlow(branch, rewrite)) };
  if (
    step.kind === 'loop' ||
    step.kind === 'subshell' ||
    step.kind === 'deferred' ||
    step.kind === 'function'
  )
    return { ...step, body: rewriteFlow(step.body, rewrite) };
  return step;
}

function rewriting(title: string, rewrite: Rewrite): Mutation {
  const script = ({ flow, statements, ...rest }: ShellScript): ShellScript => ({
    ...rest,
    flow: rewriteFlow(flow, rewrite),
    statements: statements.map(({ span, flow: inner }) => ({ span, flow: rewriteFlow(inner, rewrite) })),
  });
  return { title, change: { script } };
}

function without(title: string, unwanted: (step: FlowStep) => boolean): Mutation {
  return rewriting(`no ${title}`, step => (unwanted(step) ? [] : [step]));
}

function changing<K extends FlowStep['kind']>(
  title: string,
  kind: K,
  change: (step: Extract<FlowStep, { readonly kind: K }>) => readonly FlowStep[],
): Mutation {
  return rewriting(title, step =>
    step.kind === kind ? change(step as Extract<FlowStep, { readonly kind: K }>) : [step],
  );
}

function reading(title: string, matches: (read: Read) => boolean): Mutation {
  return without(title, step => step.kind === 'read' && matches(step));
}

/** Reads another text than bash runs: a rule of the lowering that is switched off. */
function rewording(title: string, pattern: RegExp, replacement: string): Mutation {
  return { title, change: { source: text => text.replace(pattern, replacement) } };
}

const FORMS: readonly DefinitionForm[] = [
  'assignment',
  'default',
  'read',
  'loop',
  'arithmetic',
  'declaration',
  'command',
];

const DEFINITIONS: readonly Mutation[] = [
  ...FORMS.map(form =>
    without(`definitions by ${form}`, step => step.kind === 'define' && step.form === form),
  ),
  without('definitions of arrays', step => step.kind === 'define' && step.array),
  without('definitions by +=', step => step.kind === 'define' && step.append),
  without('definitions by export and declare -x', step => step.kind === 'define' && step.exported),
  without('local definitions', step => step.kind === 'define' && step.local),
  without('functions', step => step.kind === 'function'),
  without('loads', step => step.kind === 'load'),
  without('writes', step => step.kind === 'write'),
  changing('writes with unknown keys', 'write', step => [{ ...step, keys: undefined }]),
  changing('writes without keys', 'write', step => [{ ...step, keys: [] }]),
  rewording('no printf -v', /printf -v/g, 'printf -x'),
  rewording('no read', /\bread -/g, 'noread -'),
  rewording('no mapfile', /\b(?:mapfile|readarray)\b/g, 'nomapfile'),
  rewording('no getopts', /\bgetopts\b/g, 'nogetopts'),
  rewording('no let', /\blet\b/g, 'nolet'),
  rewording('no select', /\bselect\b/g, 'noselect'),
  rewording('no eval', /\beval\b/g, 'noeval'),
  rewording('no wait -p', /\bwait -p DONE\b/g, 'wait'),
];

const KILLS: readonly Mutation[] = [
  without('unset', step => step.kind === 'unset'),
  without('unset of variables', step => step.kind === 'unset' && !step.ofFunction),
  without('unset -f', step => step.kind === 'unset' && step.ofFunction),
  changing('unset -f as unset', 'unset', step => [{ ...step, ofFunction: false }]),
  without('exit and return', step => step.kind === 'leave'),
  without('return', step => step.kind === 'leave' && step.how === 'return'),
  without('exit', step => step.kind === 'leave' && step.how === 'exit'),
  changing('return as exit', 'leave', step => [{ ...step, how: 'exit' }]),
  changing('exit as return', 'leave', step => [{ ...step, how: 'return' }]),
];

const SCOPES: readonly Mutation[] = [
  changing('subshells as parts of the shell', 'subshell', step => step.body),
  without('subshells', step => step.kind === 'subshell'),
  changing('locals as globals', 'define', step => [{ ...step, local: false }]),
  changing('globals of functions as locals', 'function', step => [
    {
      ...step,
      body: rewriteFlow(step.body, inner =>
        inner.kind === 'define' ? [{ ...inner, local: true }] : [inner],
      ),
    },
  ]),
  changing('bodies of functions where they are defined', 'function', step => [step, ...step.body]),
  changing('functions without effect', 'function', step => [{ ...step, body: [] }]),
  without('calls', step => step.kind === 'call'),
  without('traps', step => step.kind === 'deferred'),
  changing('traps where they are set', 'deferred', step => step.body),
  changing('choices as sequences', 'choice', step => step.branches.flat()),
  changing('choices that take the first branch', 'choice', step => step.branches[0] ?? []),
  changing(
    'choices that take the last branch',
    'choice',
    step => step.branches[step.branches.length - 1] ?? [],
  ),
  without('choices', step => step.kind === 'choice'),
  changing('tests that guard nothing', 'choice', step => [{ ...step, tests: [] }]),
  without('loops', step => step.kind === 'loop'),
  rewording('prefixes as assignments', /^(\w+=\S+) (?=true|bash)/gm, '$1; '),
  rewording('pipelines as sequences', / \| /g, ' ; '),
  rewording('background as sequence', / &$/gm, ''),
  {
    title: 'nothing is given by host and shell',
    change: { profile: { ...claudeCode, provides: new Set() } },
  },
  { title: 'everything survives', change: { profile: { ...claudeCode, keepsShell: true } } },
];

const READS: readonly Mutation[] = [
  reading('reads', () => true),
  reading('reads by children', read => read.reader === 'child'),
  reading('reads in tests', read => read.asksFor !== undefined),
  changing('reads whose fallback counts for nothing', 'read', step => [{ ...step, fallback: 'none' }]),
  changing('reads by children as reads of the shell', 'read', step => [{ ...step, reader: 'shell' }]),
  without('exports of names that are set before', step => step.kind === 'export'),
  changing('definitions that export nothing', 'define', step => [{ ...step, exported: false }]),
  rewording('quoted here-documents as plain ones', /<<\s*(?:'EOF'|"EOF"|\\EOF)/g, '<<EOF'),
  rewording('plain here-documents as quoted ones', /<<(-?)EOF/g, "<<$1'EOF'"),
  rewording('single quotes as double quotes', /'(\$\{?\w+\}?)'/g, '"$1"'),
  rewording('backslashes before $ as nothing', /\\\$/g, '$'),
  rewording('comments as code', /^# (\$)/gm, 'echo $1'),
  rewording('bare names in arithmetic as numbers', /\$\(\((\w+) /g, '$((1 '),
  rewording('subscripts as numbers', /\[[ij]\]/g, '[0]'),
  rewording('keys of associative arrays as names', /declare -A/g, 'declare -a'),
  rewording('[[ -v ]] as text', /\[\[ -v (\w+) \]\]/g, '[[ x ]]'),
  rewording('lengths as text', /\$\{#\w+\}/g, 'x'),
  rewording('offsets as text', /:o\}/g, ':1}'),
];

/** What only files and functions of libraries show: which names a file holds, and which file is meant. */
const OF_LIBRARIES: readonly Mutation[] = [
  changing('files that hold no names', 'write', step => [{ ...step, keys: [] }]),
  changing('files that may hold any name', 'write', step => [{ ...step, keys: undefined }]),
  changing('files that are written anew as if appended to', 'write', step => [{ ...step, append: true }]),
  changing('files whose one word is not known', 'write', step => [{ ...step, content: undefined }]),
  {
    title: 'names by parameter as unknown ones',
    change: { library: text => text.replace(/\$1=|\$\{key\}=/g, '$(cat x)=') },
  },
  {
    title: 'a library without its functions',
    change: { library: text => text.replace(/^(\w+)\(\) \{/gm, 'other_$1() {') },
  },
  {
    title: 'locals of a library as globals',
    change: { library: text => text.replace(/\blocal (?=\w+=)/g, '') },
  },
  {
    title: 'a library without what it sources',
    change: { library: text => text.replace(/^source .*$/gm, ':') },
  },
  {
    title: 'no loop over the names',
    change: { library: text => text.replace('for name in "$@"', 'for name in $(cat x)') },
  },
  { title: 'no shift', change: { library: text => text.replace('shift;', '') } },
  {
    title: 'no default of a parameter',
    change: { library: text => text.replace(/\$\{3:-[^}]*\}/, './x.env') },
  },
  {
    title: 'declare in a function as a plain assignment',
    change: { source: text => text.replace('declare -p X > state.env', 'echo "X=$X" > state.env') },
  },
  {
    title: 'the number of the process as a text',
    change: { source: text => text.replaceAll('$$', 'same') },
  },
  {
    title: 'the newest file as an unknown one',
    change: { library: text => text.replace('find . -name', 'locate') },
  },
];

export const MUTATIONS: readonly Mutation[] = [
  ...DEFINITIONS,
  ...KILLS,
  ...SCOPES,
  ...READS,
  ...OF_LIBRARIES.map(mutation => ({ ...mutation, ofLibraries: true })),
];
