import fc from 'fast-check';
import { generatedDocuments } from './generator';

/** A document that fixes have something to do in, with the constructs that it is made of, each as often as it occurs. */
export interface RepairableDocument {
  readonly shell: 'bash' | 'zsh';
  readonly steps: readonly Step[];
}

/** What stands at one place of a document: a step, or two ways of which one is gone in each execution. */
export interface Step {
  /** What the agent does before it. */
  readonly agent: Piece | undefined;
  /** The blocks: one, or one for each way. */
  readonly ways: readonly (readonly Piece[])[];
}

/** A piece of shell text, or a command of the agent. */
export interface Piece {
  readonly text: string;
  readonly construct: string;
  /** What it consists of, where it is worth trying that alone. */
  readonly inner?: readonly Piece[];
}

type Shell = RepairableDocument['shell'];

/** A construct for a name and a number that tells values apart; some are of bash alone. */
type Template = readonly [construct: string, write: (name: string, value: number) => string, onlyIn?: 'bash'];

const NAMES = ['A', 'B', 'C'];
const EXPORTED = ['X', 'Y'];
const FUNCTIONS = ['f', 'g'];

const LITERALS: readonly Template[] = [
  ['literal', (name, value) => `${name}=${value}`],
  ['literal with spaces', (name, value) => `${name}="a  ${value} b"`],
  ['literal with quotes', (name, value) => `${name}="it's \\"${value}\\""`],
  ['literal with a dollar', (name, value) => `${name}='$HOME and \`${value}\`'`],
  ['literal of two lines', (name, value) => `${name}='${value}\n  second'`],
  ['literal with a star', (name, value) => `${name}='* ${value} ?'`],
  ['literal with a backslash', (name, value) => `${name}='${value}\\t\\'`],
  ['literal beginning with a dash', (name, value) => `${name}=-n${value}`],
  ['literal with a tilde', (name, value) => `${name}='~/${value}'`],
  ['ANSI-C quotes', (name, value) => `${name}=$'${value}\\n\\tx'`],
  ['empty value', name => `${name}=`],
  ['default of nothing', (name, value) => `${name}="\${${name}_OVERRIDE:-${value}}"`],
];

const CALCULATED: readonly Template[] = [
  ['arguments', name => `${name}="$ARGUMENTS"`],
  ['first word of the arguments', name => `${name}="$(echo "$ARGUMENTS" | cut -d' ' -f1)"`],
  ['arguments in capitals', name => `${name}=$(echo "$ARGUMENTS" | tr a-z A-Z)`],
  ['basename of the arguments', name => `${name}="$(basename "dir/$ARGUMENTS")"`],
  ['sed of the arguments', name => `${name}="$(printf '%s' "$ARGUMENTS" | sed 's/a/o/g')"`],
  ['home', name => `${name}="$HOME/.cache"`],
  ['session', name => `${name}="run-$CLAUDE_CODE_SESSION_ID"`],
  ['top level', name => `${name}="$(git rev-parse --show-toplevel)"`],
  ['top level or directory', name => `${name}="$(git rev-parse --show-toplevel 2>/dev/null || pwd)"`],
  ['directory', name => `${name}="$(pwd)"`],
  ['PWD', name => `${name}="$PWD"`],
  ['number', (name, value) => `${name}=$((${value} * 3))`],
  ['output of echo', (name, value) => `${name}=$(echo "${value} x")`],
  ['output of a here-document', (name, value) => `${name}=$(cat <<EOF\nline ${value}\n\`echo x\`\nEOF\n)`],
  ['read from a here-document', (name, value) => `read -r ${name} <<EOF\n${value} y\nEOF`],
  ['read from a here-string', (name, value) => `read -r ${name} <<< "${value} z"`],
  ['printf -v', (name, value) => `printf -v ${name} '%s-%s' ${value} q`],
  ['for over words', (name, value) => `for ${name} in 1 ${value}; do :; done`],
  ['output of awk', (name, value) => `${name}=$(echo "a ${value}" | awk '{ print $NF }')`],
  ['eval', (name, value) => `eval "${name}=${value}"`],
  ['last status in a value', name => `false\n${name}=$?`],
];

const VOLATILE: readonly Template[] = [
  ['time', name => `${name}=$(date +%s)`],
  ['time in a path', name => `${name}="$TMPDIR/log-$(date +%Y%m%d).txt"`],
  ['random number', name => `${name}=$RANDOM`],
  ['process id', name => `${name}="$TMPDIR/x.$$"`],
  ['mktemp', name => `${name}=$(mktemp)`],
  ['mktemp -d', name => `${name}="$(mktemp -d)"`],
  ['contents of a file', name => `${name}=$(cat note.txt 2>/dev/null)`],
  ['read from a file', name => `read -r ${name} < list.txt`],
  ['lines of a file', name => `${name}=$(wc -l < list.txt)`],
  ['files that match', name => `${name}=$(echo *.txt)`],
  ['number of files', name => `${name}=$(ls | wc -l)`],
  ['find', name => `${name}=$(find . -name '*.txt' -not -path './.*' | sort | head -1)`],
  ['commit', name => `${name}=$(git rev-parse HEAD)`],
  ['branch', name => `${name}=$(git branch --show-current)`],
  ['number of commits', name => `${name}=$(git rev-list --count HEAD)`],
  ['status of the work tree', name => `${name}=$(git status --porcelain | wc -l)`],
  ['subject of a commit', name => `${name}="$(git log -1 --format=%s)"`],
  ['whether the tree is clean', name => `if git diff --quiet; then ${name}=clean; else ${name}=dirty; fi`],
  ['whether a file exists', name => `if [ -f extra.txt ]; then ${name}=there; else ${name}=missing; fi`],
  ['environment', name => `${name}="\${FLAG:-none}"`],
];

/** What follows from another name. */
const DERIVED: readonly Template[] = [
  [
    'copy',
    (name, value) => `probe ${other(name, value)} "$${other(name, value)}"\n${name}="$${other(name, value)}"`,
  ],
  [
    'text around a name',
    (name, value) =>
      `probe ${other(name, value)} "$${other(name, value)}"\n${name}="pre-\${${other(name, value)}}-post"`,
  ],
  [
    'suffix taken off',
    (name, value) =>
      `probe ${other(name, value)} "$${other(name, value)}"\n${name}="\${${other(name, value)}%?}"`,
  ],
  [
    'name in capitals',
    (name, value) =>
      `probe ${other(name, value)} "$${other(name, value)}"\n${name}=$(printf '%s' "$${other(name, value)}" | tr a-z A-Z)`,
  ],
  [
    'dirname',
    (name, value) =>
      `probe ${other(name, value)} "$${other(name, value)}"\n${name}="$(dirname "$${other(name, value)}")"`,
  ],
];

function other(name: string, value: number): string {
  const rest = NAMES.filter(candidate => candidate !== name);
  return rest[value % rest.length]!;
}

const ACCUMULATORS: readonly Template[] = [
  ['increment', () => `probe N "$N"\nN=$((N+1))`],
  ['increment by an arithmetic command', () => `probe N "$N"\n((N++))`],
  ['declare -i', (_, value) => `declare -i N=${value}`],
  ['number to count from', (_, value) => `N=${value}`],
  ['append of digits', () => `probe N "$N"\nN+=1`],
  ['append', (name, value) => `probe ${name} "$${name}"\n${name}+=" ${value}"`],
  ['own value', (name, value) => `probe ${name} "$${name}"\n${name}="$${name},${value}"`],
  ['array', (_, value) => `L=(${value} "b  c" '')`],
  ['declare -a', (_, value) => `declare -a L=("x ${value}")`],
  ['append to an array', (_, value) => `probe L "\${L[*]}"\nL+=("${value} y")`],
  ['element', (_, value) => `probe L "\${L[*]}"\nL[2]=${value}`],
  ['mapfile', () => `mapfile -t L < list.txt`, 'bash'],
  ['array of files', () => `L=(*.txt)`],
  ['associative array', (_, value) => `declare -A M=([key]="${value} v" [other]=x)`],
  ['element by key', (_, value) => `declare -A M\nprobe M "\${M[key]}"\nM[key]=${value}`, 'bash'],
];

const EXPORTS: readonly Template[] = [
  ['export', (name, value) => `export ${name}=${value}`],
  ['export of a time', name => `export ${name}="$(date +%s)"`],
  ['declare -x', (name, value) => `declare -x ${name}="e ${value}"`],
  ['export behind the assignment', (name, value) => `${name}=${value}\nexport ${name}`],
  ['export of an argument', name => `export ${name}="$ARGUMENTS"`],
];

const READONLY: readonly Template[] = [
  ['readonly', (_, value) => `readonly R=${value}`],
  ['declare -r', (_, value) => `declare -r R="r ${value}"`],
  ['readonly of a time', () => `readonly R=$(date +%s)`],
  ['readonly behind the assignment', (_, value) => `R=${value}\nreadonly R`],
];

const READS: readonly Template[] = [
  ['read', name => `probe ${name} "$${name}"`],
  ['read in braces', name => `probe ${name} "<\${${name}}>"`],
  ['read of a suffix', name => `probe ${name} "\${${name}#?}"`],
  ['read in a substitution', name => `probe ${name} "$(printf '%s' "$${name}")"`],
  ['read in a here-document', name => `probe ${name} "$(cat <<EOF\n$${name}\nEOF\n)"`],
  ['read by test -n', name => `D=no; if [ -n "$${name}" ]; then D=yes; fi; probe ${name} "$D"`],
  ['read in a subshell', name => `( probe ${name} "$${name}" )`],
  ['read in a pipeline', name => `true | probe ${name} "$${name}"`],
  ['read in a loop', name => `for d in 1 2; do probe ${name} "$d $${name}"; done`],
  ['read that writes a file', name => `probe ${name} "$${name}"\necho "$${name}" > out.txt`],
  ['default', name => `tolerated ${name} "\${${name}:-default}"`],
  ['default that assigns', (name, value) => `tolerated ${name} "\${${name}:=${value}}"`],
  [
    'default of its own',
    (name, value) => `tolerated ${name} "\${${name}:-${value}}"\n${name}="\${${name}:-${value}}"`,
  ],
  ['guard', (name, value) => `if [ -z "\${${name}:-}" ]; then ${name}=${value}; fi`],
  ['alternative value', name => `tolerated ${name} "\${${name}:+set}"`],
  ['unset', name => `unset ${name}`],
];

const OTHER_READS: readonly Template[] = [
  ['read of a number', () => `probe N "$N"`],
  ['read of a number plus one', () => `probe N "$((N + 1))"`],
  ['number that is added to', () => `probe N "$N"\nN+=5; tolerated N "$N"`],
  ['read of elements', () => `probe L "\${L[*]}"`],
  ['number of elements', () => `probe L "\${#L[@]}"`],
  ['one element', () => `probe L "\${L[1]}"`],
  ['elements in a loop', () => `D=; for d in "\${L[@]}"; do D="$D<$d>"; done; probe L "$D"`],
  ['read by key', () => `probe M "\${M[key]}"`],
  ['read of a constant', () => `probe R "$R"`],
];

const CHILD_READS: readonly Template[] = [
  ['printenv', name => `probe_exported ${name} "$(printenv ${name})"`],
  ['bash -c', name => `probe_exported ${name} "$(bash -c 'echo $${name}')"`],
  ['exported name read here', name => `probe ${name} "$${name}"`],
];

const FUNCTION_BODIES: readonly Template[] = [
  ['function that prints', (_, value) => `echo "made ${value} of $1"`],
  ['function that sets', (name, value) => `${name}=${value}`],
  ['function that reads', name => `probe ${name} "$${name}"`],
  ['function with a local name', (_, value) => `local T=${value}\nobserve "$T"`],
  ['function that returns', (_, value) => `return ${value % 4}`],
];

const CALLS: readonly Template[] = [
  ['call', name => `probe ${name} "$(has ${name})"\n${name} word`],
  ['call in a substitution', name => `probe ${name} "$(has ${name})"\nA=$(${name} word)`],
];

const HEADS: readonly Template[] = [
  ['set -e', () => 'set -e'],
  ['set -u', () => 'set -u', 'bash'],
  ['set -o pipefail', () => 'set -o pipefail'],
  ['set -euo pipefail', () => 'set -euo pipefail', 'bash'],
  ['comment', () => '# What this step does'],
  ['first line reads the status', () => 'observe "$?"'],
  ['change of the directory', () => 'cd sub 2>/dev/null'],
];

const ENDS: readonly Template[] = [
  ['exit', (_, value) => `exit ${value % 5}`],
  ['failing command', () => 'false'],
  ['failing subshell', (_, value) => `( exit ${value % 7} )`],
  ['search without a match', () => 'grep -q nothing note.txt'],
  ['status that is read', () => 'false\nobserve "$?"'],
  ['status behind an assignment', name => `${name}=$(false)\nobserve "$?"`],
  ['PIPESTATUS', () => `true | false | true\nobserve "\${PIPESTATUS[*]}"`, 'bash'],
  ['exit on a flag', () => `if [ -n "\${FLAG:-}" ]; then exit 2; fi`],
  ['exit without the flag', () => `[ -n "\${FLAG:-}" ] || exit 3`],
  ['end in an and-list', name => `[ -n "\${FLAG:-}" ] && ${name}=and`],
  ['end in an or-list', name => `[ -n "\${FLAG:-}" ] || ${name}=or`],
  ['negation', () => '! true'],
  ['required', name => `probe ${name} "$${name}"\n: "\${${name}:?needed}"`, 'bash'],
  ['work tree is looked at', () => `observe "$(git status --porcelain | sort | tr '\\n' ' ')"`],
  ['trap', () => `trap 'observe trap' EXIT`, 'bash'],
  ['here-document at the end', () => `cat > out.txt <<EOF\nlast\nEOF`],
  ['comment at the end', () => ': # done'],
];

type Wrapper = readonly [construct: string, write: (body: string) => string];

const WRAPPERS: readonly Wrapper[] = [
  ['if the flag is set', body => `if [ -n "\${FLAG:-}" ]; then\n${body}\nfi`],
  ['if the flag is not set', body => `if [ -z "\${FLAG:-}" ]; then\n${body}\nfi`],
  ['if by the flag, with else', body => `if [ "\${FLAG:-}" = yes ]; then\n${body}\nelse\nobserve no\nfi`],
  ['case of the arguments', body => `case "$ARGUMENTS" in on*)\n${body}\n;; esac`],
  ['if by the arguments', body => `if [[ "$ARGUMENTS" == off* ]]; then\n${body}\nfi`],
  ['and-list by the flag', body => `[ "\${FLAG:-}" = yes ] && {\n${body}\n}`],
  ['loop over words', body => `for d in 1 2; do\n${body}\ndone`],
  ['loop that stops', body => `while true; do\n${body}\nbreak\ndone`],
  ['if a file is there', body => `if [ -f extra.txt ]; then\n${body}\nfi`],
  ['if that is taken', body => `if true; then\n${body}\nfi`],
  ['group', body => `{\n${body}\n}`],
  ['subshell', body => `(\n${body}\n)`],
  ['part of a pipeline', body => `true | {\n${body}\n}`],
];

const AGENT: readonly (readonly [construct: string, command: string])[] = [
  ['agent writes a file', 'echo changed > note.txt'],
  ['agent appends to a file', 'echo three >> list.txt'],
  ['agent makes a file', 'echo new > new.txt'],
  ['agent deletes a file', 'rm -f list.txt'],
  ['agent commits', 'git add -A; git commit -q --allow-empty -m "by the agent"'],
  ['agent checks out a branch', 'git stash -q; git checkout -q other'],
  ['agent makes a branch', 'git checkout -q -B made'],
  ['agent changes the directory', 'cd sub'],
  ['agent resets the work tree', 'git checkout -q -f .'],
];

function fits(shell: Shell): (template: Template) => boolean {
  return ([, , onlyIn]) => onlyIn === undefined || onlyIn === shell;
}

function fromTemplates(
  templates: readonly Template[],
  names: readonly string[],
  shell: Shell,
): fc.Arbitrary<Piece> {
  return fc
    .tuple(
      fc.constantFrom(...templates.filter(fits(shell))),
      fc.constantFrom(...names),
      fc.integer({ min: 11, max: 89 }),
    )
    .map(([[construct, write], name, value]) => ({ text: write(name, value), construct }));
}

/** Where a block stands decides what it is made of: values are set in the first ones and read in the others. */
type Place = 'first' | 'middle' | 'last';

/** Constants, which no second block may set, stand in the first one. */
function simple(shell: Shell, place: Place): fc.Arbitrary<Piece> {
  const sets = place === 'first' ? 3 : place === 'middle' ? 1 : 0.5;
  const reads = place === 'first' ? 0.3 : place === 'middle' ? 1 : 2;
  const weighted = (weight: number, arbitrary: fc.Arbitrary<Piece>) => ({
    weight: Math.ceil(10 * weight),
    arbitrary,
  });
  return fc.oneof(
    weighted(4 * sets, fromTemplates(LITERALS, NAMES, shell)),
    weighted(4 * sets, fromTemplates(CALCULATED, NAMES, shell)),
    weighted(4 * sets, fromTemplates(VOLATILE, NAMES, shell)),
    weighted(3, fromTemplates(DERIVED, NAMES, shell)),
    weighted(4, fromTemplates(ACCUMULATORS, NAMES, shell)),
    weighted(2 * sets, fromTemplates(EXPORTS, EXPORTED, shell)),
    weighted(place === 'first' ? 2 : 0, fromTemplates(READONLY, ['R'], shell)),
    weighted(9 * reads, fromTemplates(READS, NAMES, shell)),
    weighted(4 * reads, fromTemplates(OTHER_READS, ['N'], shell)),
    weighted(2 * reads, fromTemplates(CHILD_READS, EXPORTED, shell)),
    weighted(2 * reads, fromTemplates(CALLS, FUNCTIONS, shell)),
  );
}

function statements(shell: Shell, place: Place): fc.Arbitrary<Piece> {
  const body = fc.array(simple(shell, place === 'first' ? 'middle' : place), {
    minLength: 1,
    maxLength: 2,
  });
  const wrapped = fc.tuple(fc.constantFrom(...WRAPPERS), body).map(([[construct, write], inner]) => ({
    text: write(inner.map(({ text }) => text).join('\n')),
    construct,
    inner,
  }));
  const functions = fc
    .tuple(fc.constantFrom(...FUNCTIONS), fromTemplates(FUNCTION_BODIES, NAMES, shell), fc.boolean())
    .map(([name, { text, construct }, call]) => ({
      text: `${name}() {\n${text}\n}${call ? `\n${name} word` : ''}`,
      construct: call ? `${construct}, called` : construct,
    }));
  return fc.oneof(
    { weight: 12, arbitrary: simple(shell, place) },
    { weight: 3, arbitrary: wrapped },
    { weight: place === 'first' ? 2 : 1, arbitrary: functions },
  );
}

function seldom(weight: number, arbitrary: fc.Arbitrary<Piece>): fc.Arbitrary<readonly Piece[]> {
  return fc.oneof(
    { weight, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: arbitrary.map(piece => [piece]) },
  );
}

/** A trap runs at the end of one shell only once: it stands in the last block. */
function block(place: Place, shell: Shell): fc.Arbitrary<readonly Piece[]> {
  const ends = place === 'last' ? ENDS : ENDS.filter(([construct]) => construct !== 'trap');
  return fc
    .tuple(
      seldom(3, fromTemplates(HEADS, NAMES, shell)),
      fc.array(statements(shell, place), { minLength: 1, maxLength: 5 }),
      seldom(2, fromTemplates(ends, NAMES, shell)),
    )
    .map(([head, rest, end]) => [...head, ...rest, ...end]);
}

const agents: fc.Arbitrary<Piece | undefined> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(...AGENT).map(([construct, command]) => ({ text: command, construct })),
  },
);

function step(number: number, count: number, shell: Shell): fc.Arbitrary<Step> {
  const place = number === 0 ? 'first' : number === count - 1 ? 'last' : 'middle';
  const own = block(place, shell);
  const ways: fc.Arbitrary<Step['ways']> =
    place === 'last'
      ? fc.tuple(own)
      : fc.oneof({ weight: 15, arbitrary: fc.tuple(own) }, { weight: 1, arbitrary: fc.tuple(own, own) });
  return fc
    .tuple(number === 0 ? fc.constant(undefined) : agents, ways)
    .map(([agent, blocks]) => ({ agent, ways: blocks }));
}

/** The documents that the analysis is judged by: all ways in which a name gets a value and in which it is read. */
const documentsOfLosses: fc.Arbitrary<RepairableDocument> = generatedDocuments.map(({ blocks }) => ({
  shell: 'bash',
  steps: blocks.map(texts => ({
    agent: undefined,
    ways: [texts.map(text => ({ text, construct: 'statement of the other generator' }))],
  })),
}));

/** Documents of 2 to 4 steps, with what the agent does between them; one in eight is run by zsh. */
const documentsOfFixes: fc.Arbitrary<RepairableDocument> = fc
  .tuple(
    fc.integer({ min: 2, max: 4 }),
    fc.oneof(
      { weight: 7, arbitrary: fc.constant<Shell>('bash') },
      { weight: 1, arbitrary: fc.constant<Shell>('zsh') },
    ),
  )
  .chain(([count, shell]) =>
    fc
      .tuple(...Array.from({ length: count }, (_, number) => step(number, count, shell)))
      .map(steps => ({ shell, steps })),
  );

export const repairableDocuments: fc.Arbitrary<RepairableDocument> = fc.oneof(
  { weight: 4, arbitrary: documentsOfFixes },
  { weight: 1, arbitrary: documentsOfLosses },
);

/** The document's text. */
export function textOf({ steps }: RepairableDocument): string {
  const lines = steps.flatMap(({ agent, ways }, index) => [
    ...(agent === undefined ? [] : [`<!-- agent: ${agent.text} -->`]),
    `## Step ${index + 1}`,
    ...ways.flatMap((pieces, way) => [
      ...(ways.length === 1
        ? []
        : [`### If it is ${way === 0 ? 'on' : 'off'}`, `<!-- done: ${way === 0 ? 'on' : 'off'} -->`]),
      '<!-- crossblock: step -->',
      '```bash',
      ...pieces.map(({ text }) => text),
      '```',
    ]),
  ]);
  return ['---', 'argument-hint: [words]', '---', '# A command', ...lines, ''].join('\n');
}

export function constructsOf({ steps, shell }: RepairableDocument): readonly string[] {
  return [
    shell,
    ...steps.flatMap(({ agent, ways }) => [
      ...(agent === undefined ? [] : [agent.construct]),
      ...(ways.length === 1 ? [] : ['alternatives']),
      ...ways
        .flat()
        .flatMap(({ construct, inner = [] }) => [construct, ...inner.map(each => each.construct)]),
    ]),
  ];
}

/** The documents with one thing less: a step, a way, what the agent does, a piece, or what is around a piece. */
export function* smaller(document: RepairableDocument): Generator<RepairableDocument> {
  const { steps } = document;
  const withStep = (index: number, ...instead: readonly Step[]): RepairableDocument => ({
    ...document,
    steps: [...steps.slice(0, index), ...instead, ...steps.slice(index + 1)],
  });
  for (const [index, { agent, ways }] of steps.entries()) {
    if (steps.length > 1) yield withStep(index);
    if (ways.length > 1) for (const way of ways) yield withStep(index, { agent, ways: [way] });
    if (agent !== undefined) yield withStep(index, { agent: undefined, ways });
    for (const [way, pieces] of ways.entries()) {
      const withPieces = (changed: readonly Piece[]) =>
        withStep(index, { agent, ways: ways.map((other, at) => (at === way ? changed : other)) });
      for (const [at, { inner = [] }] of pieces.entries()) {
        if (pieces.length > 1) yield withPieces(pieces.filter((_, other) => other !== at));
        if (inner.length > 0) yield withPieces([...pieces.slice(0, at), ...inner, ...pieces.slice(at + 1)]);
      }
    }
  }
}

/** Everything that the generator can write, by name. */
export const REPAIR_CONSTRUCTS: readonly string[] = [
  ...[
    LITERALS,
    CALCULATED,
    VOLATILE,
    DERIVED,
    ACCUMULATORS,
    EXPORTS,
    READONLY,
    READS,
    OTHER_READS,
    CHILD_READS,
    CALLS,
    HEADS,
    ENDS,
  ]
    .flat()
    .map(([construct]) => construct),
  ...WRAPPERS.map(([construct]) => construct),
  ...AGENT.map(([construct]) => construct),
  ...FUNCTION_BODIES.flatMap(([construct]) => [construct, `${construct}, called`]),
  'alternatives',
  'statement of the other generator',
  'bash',
  'zsh',
];
