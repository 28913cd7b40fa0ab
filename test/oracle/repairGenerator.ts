import fc from 'fast-check';

/** A document that fixes have something to do in, with the constructs that it is made of, each as often as it occurs. */
export interface RepairableDocument {
  readonly text: string;
  readonly shell: 'bash' | 'zsh';
  readonly constructs: readonly string[];
}

interface Piece {
  readonly text: string;
  readonly constructs: readonly string[];
}

type Shell = RepairableDocument['shell'];

/** A construct for a name and a number that tells values apart; some are of bash alone. */
type Template = readonly [
  construct: string,
  write: (name: string, value: number) => string,
  onlyIn?: 'bash',
];

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
  ['copy', (name, value) => `probe ${other(name, value)} "$${other(name, value)}"\n${name}="$${other(name, value)}"`],
  ['text around a name', (name, value) => `probe ${other(name, value)} "$${other(name, value)}"\n${name}="pre-\${${other(name, value)}}-post"`],
  ['suffix taken off', (name, value) => `probe ${other(name, value)} "$${other(name, value)}"\n${name}="\${${other(name, value)}%?}"`],
  ['name in capitals', (name, value) => `probe ${other(name, value)} "$${other(name, value)}"\n${name}=$(printf '%s' "$${other(name, value)}" | tr a-z A-Z)`],
  ['dirname', (name, value) => `probe ${other(name, value)} "$${other(name, value)}"\n${name}="$(dirname "$${other(name, value)}")"`],
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
  ['read in a pipeline', name => `echo | probe ${name} "$${name}"`],
  ['read in a loop', name => `for d in 1 2; do probe ${name} "$d $${name}"; done`],
  ['read that writes a file', name => `probe ${name} "$${name}"\necho "$${name}" > out.txt`],
  ['default', name => `tolerated ${name} "\${${name}:-default}"`],
  ['default that assigns', (name, value) => `tolerated ${name} "\${${name}:=${value}}"`],
  ['default of its own', (name, value) => `tolerated ${name} "\${${name}:-${value}}"\n${name}="\${${name}:-${value}}"`],
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
  ['part of a pipeline', body => `echo | {\n${body}\n}`],
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
    .map(([[construct, write], name, value]) => ({ text: write(name, value), constructs: [construct] }));
}

function join(pieces: readonly Piece[]): Piece {
  return {
    text: pieces.map(({ text }) => text).join('\n'),
    constructs: pieces.flatMap(({ constructs }) => constructs),
  };
}

/** Simple statements; `isFirst` keeps constants, which no second block may set, to one block. */
function simple(shell: Shell, isFirst: boolean): fc.Arbitrary<Piece> {
  return fc.oneof(
    { weight: 4, arbitrary: fromTemplates(LITERALS, NAMES, shell) },
    { weight: 4, arbitrary: fromTemplates(CALCULATED, NAMES, shell) },
    { weight: 4, arbitrary: fromTemplates(VOLATILE, NAMES, shell) },
    { weight: 3, arbitrary: fromTemplates(DERIVED, NAMES, shell) },
    { weight: 4, arbitrary: fromTemplates(ACCUMULATORS, NAMES, shell) },
    { weight: 2, arbitrary: fromTemplates(EXPORTS, EXPORTED, shell) },
    { weight: isFirst ? 1 : 0, arbitrary: fromTemplates(READONLY, ['R'], shell) },
    { weight: 8, arbitrary: fromTemplates(READS, NAMES, shell) },
    { weight: 4, arbitrary: fromTemplates(OTHER_READS, NAMES, shell) },
    { weight: 2, arbitrary: fromTemplates(CHILD_READS, EXPORTED, shell) },
    { weight: 2, arbitrary: fromTemplates(CALLS, FUNCTIONS, shell) },
  );
}

function statements(shell: Shell, isFirst: boolean): fc.Arbitrary<Piece> {
  const body = fc.array(simple(shell, false), { minLength: 1, maxLength: 2 }).map(join);
  const wrapped = fc
    .tuple(fc.constantFrom(...WRAPPERS), body)
    .map(([[construct, write], { text, constructs }]) => ({
      text: write(text),
      constructs: [construct, ...constructs],
    }));
  const functions = fc
    .tuple(fc.constantFrom(...FUNCTIONS), fromTemplates(FUNCTION_BODIES, NAMES, shell), fc.boolean())
    .map(([name, { text, constructs }, call]) => ({
      text: `${name}() {\n${text}\n}${call ? `\n${name} word` : ''}`,
      constructs: ['function', ...constructs, ...(call ? ['call behind the definition'] : [])],
    }));
  return fc.oneof(
    { weight: 12, arbitrary: simple(shell, isFirst) },
    { weight: 3, arbitrary: wrapped },
    { weight: 1, arbitrary: functions },
  );
}

const NOTHING: fc.Arbitrary<Piece> = fc.constant({ text: '', constructs: [] });

function seldom(weight: number, arbitrary: fc.Arbitrary<Piece>): fc.Arbitrary<Piece> {
  return fc.oneof({ weight, arbitrary: NOTHING }, { weight: 1, arbitrary });
}

/** A trap runs at the end of one shell only once: it stands in the last block. */
function block(number: number, count: number, shell: Shell): fc.Arbitrary<Piece> {
  const isLast = number === count - 1;
  const ends = isLast ? ENDS : ENDS.filter(([construct]) => construct !== 'trap');
  return fc
    .tuple(
      seldom(3, fromTemplates(HEADS, NAMES, shell)),
      fc.array(statements(shell, number === 0), { minLength: 1, maxLength: 5 }),
      seldom(2, fromTemplates(ends, NAMES, shell)),
    )
    .map(([head, rest, end]) => join([head, ...rest, end].filter(({ text }) => text !== '')));
}

function fence(piece: Piece, heading: string, only?: 'on' | 'off'): Piece {
  return {
    text: [
      heading,
      ...(only === undefined ? [] : [`<!-- only ${only} -->`]),
      '<!-- crossblock: step -->',
      `\`\`\`bash\n${piece.text}\n\`\`\``,
    ].join('\n'),
    constructs: piece.constructs,
  };
}

/** What stands at one place of a document: a step, or two ways of which one is gone in each execution. */
function step(number: number, count: number, shell: Shell): fc.Arbitrary<Piece> {
  const own = block(number, count, shell);
  const single = own.map(piece => fence(piece, `## Step ${number + 1}`));
  const ways = fc.tuple(own, own).map(([on, off]) => {
    const both = join([
      fence(on, `## If it is on (${number + 1})`, 'on'),
      fence(off, `## If it is off (${number + 1})`, 'off'),
    ]);
    return { ...both, constructs: [...both.constructs, 'alternatives'] };
  });
  const skipped = own.map(piece => {
    const fenced = fence(piece, `## Step ${number + 1}, if it is on`, 'on');
    return { ...fenced, constructs: [...fenced.constructs, 'step that is left out'] };
  });
  return number === count - 1
    ? single
    : fc.oneof(
        { weight: 12, arbitrary: single },
        { weight: 1, arbitrary: ways },
        { weight: 1, arbitrary: skipped },
      );
}

const agents: fc.Arbitrary<Piece> = fc.oneof(
  { weight: 3, arbitrary: NOTHING },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...AGENT)
      .map(([construct, command]) => ({ text: `<!-- agent: ${command} -->`, constructs: [construct] })),
  },
);

const HEADER = '---\nargument-hint: [words]\n---\n# A command';

/** Documents of 2 to 4 steps, with what the agent does between them; one in eight is run by zsh. */
export const repairableDocuments: fc.Arbitrary<RepairableDocument> = fc
  .tuple(
    fc.integer({ min: 2, max: 4 }),
    fc.oneof(
      { weight: 7, arbitrary: fc.constant<Shell>('bash') },
      { weight: 1, arbitrary: fc.constant<Shell>('zsh') },
    ),
  )
  .chain(([count, shell]) =>
    fc
      .tuple(
        fc.tuple(...Array.from({ length: count }, (_, number) => step(number, count, shell))),
        fc.array(agents, { minLength: count, maxLength: count }),
      )
      .map(([steps, between]): RepairableDocument => {
        const pieces = steps.flatMap((piece, index) =>
          index === 0 ? [piece] : [between[index]!, piece],
        );
        const { text, constructs } = join(pieces.filter(piece => piece.text !== ''));
        return { text: `${HEADER}\n${text}\n`, shell, constructs: [...constructs, shell] };
      }),
  );

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
    FUNCTION_BODIES,
    CALLS,
    HEADS,
    ENDS,
  ]
    .flat()
    .map(([construct]) => construct),
  ...WRAPPERS.map(([construct]) => construct),
  ...AGENT.map(([construct]) => construct),
  'function',
  'call behind the definition',
  'alternatives',
  'step that is left out',
  'bash',
  'zsh',
];
