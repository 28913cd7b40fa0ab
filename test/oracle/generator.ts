import fc from 'fast-check';

/** A document from the generator, with the constructs that it is made of, each as often as it occurs. */
export interface GeneratedDocument {
  readonly text: string;
  readonly constructs: readonly string[];
  /** The text of each block, statement by statement. */
  readonly blocks: readonly (readonly string[])[];
}

/** A piece of shell text. */
interface Piece {
  readonly text: string;
  readonly constructs: readonly string[];
}

/** Where a piece stands: not everything makes sense everywhere. */
interface Context {
  /** Nesting that may still be added. */
  readonly depth: number;
  readonly inFunction: boolean;
  /** Functions that may be called here: none calls itself. */
  readonly callable: readonly string[];
  /**
   * FIXME: only the first and the last block take names away, since the engine looks for an origin in all earlier blocks,
   * past one that takes the name away.
   */
  readonly takesAway: boolean;
}

const VARIABLES = ['A', 'B', 'C'];
/**
 * FIXME: names that children read are set by `export` alone, since the engine does not see that an assignment in a new shell
 * gives the name no mark of export.
 */
const EXPORTED = ['X', 'Y'];
const FUNCTIONS = ['f', 'g'];

/** How deep statements nest. */
const MAX_DEPTH = 2;

type Template = readonly [construct: string, write: (name: string, value: number) => string];

const DEFINITIONS: readonly Template[] = [
  ['assignment', (name, value) => `${name}=${value}`],
  ['quoted assignment', (name, value) => `${name}="${value}"`],
  ['assignment of output', (name, value) => `${name}=$(echo ${value})`],
  ['two assignments', (name, value) => `${name}=${value} D=${value}`],
  ['export', (name, value) => `export ${name}=${value}`],
  ['declare', (name, value) => `declare ${name}=${value}`],
  ['declare -g', (name, value) => `declare -g ${name}=${value}`],
  ['typeset', (name, value) => `typeset ${name}=${value}`],
  ['read', (name, value) => `read -r ${name} <<< ${value}`],
  ['read of two names', (name, value) => `read -r ${name} D <<< "${value} 1"`],
  ['read from a process', (name, value) => `read -r ${name} < <(echo ${value})`],
  ['read from a here-document', (name, value) => `read -r ${name} <<EOF\n${value}\nEOF`],
  ['printf -v', (name, value) => `printf -v ${name} '%d' ${value}`],
  ['getopts', name => `OPTIND=1; getopts ab ${name} -a`],
  ['arithmetic command', (name, value) => `((${name} = ${value}))`],
  ['let', (name, value) => `let ${name}=${value}`],
  ['arithmetic in a word', (name, value) => `: $((${name} = ${value}))`],
  ['default that assigns', (name, value) => `tolerated ${name} "\${${name}:=${value}}"`],
  ['eval', (name, value) => `eval '${name}=${value}'`],
  ['for', (name, value) => `for ${name} in ${value}; do :; done`],
  [
    'for with numbers',
    (name, value) => `for ((${name} = ${value}; ${name} < ${value + 2}; ${name}++)); do :; done`,
  ],
  ['select', (name, value) => `select ${name} in ${value}; do break; done <<< 1 2> /dev/null`],
  [
    'while read',
    (name, value) => `while read -r ${name} && [ -n "\${${name}:-}" ]; do break; done <<< ${value}`,
  ],
  ['prefix', (name, value) => `${name}=${value} true`],
  ['text like an assignment', (name, value) => `echo "${name}=${value}" > /dev/null`],
  ['guard by if', (name, value) => `if [ -z "\${${name}:-}" ]; then ${name}=${value}; fi`],
  ['guard by ||', (name, value) => `[ -n "\${${name}:-}" ] || ${name}=${value}`],
  ['guard by default', (name, value) => `${name}="\${${name}:-${value}}"`],
  ['append', (name, value) => `probe ${name} "\${${name}}"\n${name}+=${value}`],
  ['increment', name => `probe ${name} "$${name}"\n((${name}++))`],
  ['own value', name => `probe ${name} "$${name}"\n${name}=$((${name} + 1))`],
];

const LIST_DEFINITIONS: readonly Template[] = [
  ['array', (_, value) => `L=(${value} ${value + 1})`],
  ['declare -a', (_, value) => `declare -a L=(${value})`],
  ['append to an array', (_, value) => `probe L "\${L[*]}"\nL+=(${value})`],
  ['element', (_, value) => `L[1]=${value}`],
  ['mapfile', (_, value) => `mapfile -t L <<< ${value}`],
  ['readarray', (_, value) => `readarray -t L < <(echo ${value})`],
  ['read -a', (_, value) => `read -ra L <<< "${value} 1"`],
  ['associative array', (_, value) => `declare -A M=([key]=${value})`],
];

const EXPORTS: readonly Template[] = [
  ['export for children', (name, value) => `export ${name}=${value}`],
  ['declare -x for children', (name, value) => `declare -x ${name}=${value}`],
  ['export behind the assignment', (name, value) => `${name}=${value}\nexport ${name}`],
];

const READS: readonly Template[] = [
  ['plain', name => `probe ${name} "$${name}"`],
  ['braces', name => `probe ${name} "\${${name}}"`],
  ['length', name => `probe ${name} "\${#${name}}"`],
  ['suffix', name => `probe ${name} "\${${name}%%z}"`],
  ['replacement', name => `probe ${name} "\${${name}/z/y}"`],
  ['substring', name => `probe ${name} "\${${name}:0:1}"`],
  ['upper case', name => `probe ${name} "\${${name}^^}"`],
  ['arithmetic', name => `probe ${name} "$((${name} + 0))"`],
  ['arithmetic with $', name => `probe ${name} "$(($${name} + 0))"`],
  ['subscript', name => `D=(1 2); probe ${name} "\${${name}}\${D[${name} * 0]}"`],
  ['command substitution', name => `probe ${name} "$(echo "$${name}")"`],
  ['backquotes', name => `probe ${name} "\`echo $${name}\`"`],
  ['process substitution', name => `probe ${name} "$(cat <(echo "$${name}"))"`],
  ['here-string', name => `probe ${name} "$(cat <<< "$${name}")"`],
  ['here-document', name => `probe ${name} "$(cat <<EOF\n$${name}\nEOF\n)"`],
  ['test -n', name => `D=no; if [ -n "$${name}" ]; then D=yes; fi; probe ${name} $D`],
  ['[[ -v ]]', name => `D=no; if [[ -v ${name} ]]; then D=yes; fi; probe ${name} $D`],
  ['[[ = ]]', name => `D=no; if [[ "$${name}" == "" ]]; then D=yes; fi; probe ${name} $D`],
  ['arithmetic test', name => `D=no; if ((${name} > 0)); then D=yes; fi; probe ${name} $D`],
  ['case', name => `case "$${name}" in "") D=no ;; *) D=yes ;; esac; probe ${name} $D`],
  ['eval of a read', name => `eval 'probe ${name} "$${name}"'`],
  ['in a subshell', name => `( probe ${name} "$${name}" )`],
  ['in a pipeline', name => `echo | probe ${name} "$${name}"`],
  ['in the background', name => `probe ${name} "$${name}" &\nwait`],
  ['in a trap of a subshell', name => `( trap 'probe ${name} "$${name}"' EXIT )`],
  ['double quotes for a child', name => `probe ${name} "$(bash -c "echo $${name}")"`],
  ['prefix read', name => `probe ${name} "$(Z="$${name}" printenv Z)"`],
  ['default', name => `tolerated ${name} "\${${name}:-d}"`],
  ['alternative', name => `tolerated ${name} "\${${name}+set}"`],
  ['single quotes', name => `echo '$${name}' > /dev/null`],
  ['quoted here-document', name => `cat > /dev/null <<'EOF'\n$${name}\nEOF`],
  // A comment alone is no body of an `if`.
  ['comment', name => `: # $${name}`],
];

const LIST_READS: readonly Template[] = [
  ['all elements', () => `probe L "\${L[@]:0}"`],
  ['number of elements', () => `probe L "\${#L[@]}"`],
  ['one element', () => `probe L "\${L[*]}\${L[1]}"`],
  ['indices', () => `probe L "\${!L[*]}"`],
  ['elements in a loop', () => `D=; for d in "\${L[@]}"; do D+=$d; done; probe L "$D"`],
  ['element by key', () => `probe M "\${M[key]}"`],
];

const CHILD_READS: readonly Template[] = [
  ['printenv', name => `probe_exported ${name} "$(printenv ${name})"`],
  ['bash -c', name => `probe_exported ${name} "$(bash -c 'echo $${name}')"`],
  ['ENVIRON of awk', name => `probe_exported ${name} "$(awk 'BEGIN { print ENVIRON["${name}"] }')"`],
];

function fromTemplates(templates: readonly Template[], names: readonly string[]): fc.Arbitrary<Piece> {
  return fc
    .tuple(fc.constantFrom(...templates), fc.constantFrom(...names), fc.integer({ min: 11, max: 89 }))
    .map(([[construct, write], name, value]) => ({ text: write(name, value), constructs: [construct] }));
}

type Wrapper = readonly [construct: string, write: (body: string) => string];

const WRAPPERS: readonly Wrapper[] = [
  ['if that is taken', body => `if true; then\n${body}\nfi`],
  ['if that is not taken', body => `if false; then\n${body}\nfi`],
  ['else that is taken', body => `if false; then :; else\n${body}\nfi`],
  ['elif that is taken', body => `if false; then :; elif true; then\n${body}\nfi`],
  ['&&', body => `true && {\n${body}\n}`],
  ['||', body => `false || {\n${body}\n}`],
  ['while', body => `while true; do\n${body}\nbreak\ndone`],
  ['until', body => `until false; do\n${body}\nbreak\ndone`],
  ['loop over words', body => `for d in 1 2; do\n${body}\ndone`],
  ['case that is taken', body => `case a in a)\n${body}\n;; esac`],
  ['case with a default', body => `case a in b) : ;; *)\n${body}\n;; esac`],
  ['group', body => `{\n${body}\n}`],
  ['group with a redirection', body => `{\n${body}\n} > /dev/null`],
  ['subshell', body => `(\n${body}\n)`],
  ['part of a pipeline', body => `echo | {\n${body}\n}`],
  ['first part of a pipeline', body => `{\n${body}\n} | cat`],
  ['background', body => `{\n${body}\n} &\nwait`],
  ['substitution', body => `: "$(\n${body}\n)"`],
];

function join(pieces: readonly Piece[]): Piece {
  return {
    text: pieces.map(({ text }) => text).join('\n'),
    constructs: pieces.flatMap(({ constructs }) => constructs),
  };
}

function bodies(context: Context): fc.Arbitrary<Piece> {
  return fc
    .array(statements({ ...context, depth: context.depth - 1 }), { minLength: 1, maxLength: 3 })
    .map(join);
}

function wrapped(context: Context): fc.Arbitrary<Piece> {
  return fc.tuple(fc.constantFrom(...WRAPPERS), bodies(context)).map(([[construct, write], body]) => ({
    text: write(body.text),
    constructs: [construct, ...body.constructs],
  }));
}

/** A function that sets or reads; `f` may call `g`, and neither itself. */
function functions(context: Context): fc.Arbitrary<Piece> {
  return fc.constantFrom(...FUNCTIONS).chain(name => {
    const inner = { ...context, inFunction: true, callable: name === 'f' ? ['g'] : [] };
    const callNow = context.callable.includes(name) ? fc.boolean() : fc.constant(false);
    return fc.tuple(fc.boolean(), callNow, bodies(inner)).map(([keyword, call, body]) => ({
      text: `${keyword ? `function ${name}` : `${name}()`} {\n${body.text}\n}${call ? `\n${callOf(name)}` : ''}`,
      constructs: [
        keyword ? 'function NAME' : 'NAME()',
        ...(call ? ['call behind the definition'] : []),
        ...body.constructs,
      ],
    }));
  });
}

/** The probe shows whether the function is there; the call itself may fail. */
function callOf(name: string): string {
  return `probe ${name} "$(declare -F ${name})"\n${name} 2> /dev/null`;
}

function calls({ callable }: Context): fc.Arbitrary<Piece> {
  return fc.tuple(fc.constantFrom(...callable), fc.boolean()).map(([name, inSubstitution]) =>
    inSubstitution
      ? {
          text: `probe ${name} "$(declare -F ${name}; ${name} 2> /dev/null)"`,
          constructs: ['call in a substitution'],
        }
      : { text: callOf(name), constructs: ['call'] },
  );
}

const LOCALS: readonly Template[] = [
  ['local', (name, value) => `local ${name}=${value}`],
  ['local without a value', name => `local ${name}`],
];

const RETURNS: readonly Template[] = [
  ['return', () => 'return 0'],
  ['return on a path', () => 'if true; then return 0; fi'],
];

const EXITS: readonly Template[] = [
  ['exit', () => 'exit 0'],
  ['exit on a path', () => 'if false; then exit 1; fi'],
  ['exit of a subshell', () => '( exit 1 )'],
];

const UNSETS: readonly Template[] = [
  ['unset', name => `unset ${name}`],
  ['unset -v', name => `unset -v ${name}`],
];

/** FIXME: at the top level only, since for functions the engine knows no *maybe*: one that a branch takes away counts as gone. */
const FUNCTION_UNSETS: readonly Template[] = [
  ['unset -f', name => `unset -f ${name}`],
  ['unset -f in a subshell', name => `( unset -f ${name} )`],
  ['unset -f in a pipeline', name => `true | unset -f ${name}`],
];

function statements(context: Context): fc.Arbitrary<Piece> {
  const choices: { readonly weight: number; readonly arbitrary: fc.Arbitrary<Piece> }[] = [
    { weight: 9, arbitrary: fromTemplates(DEFINITIONS, VARIABLES) },
    { weight: 9, arbitrary: fromTemplates(READS, VARIABLES) },
    { weight: 2, arbitrary: fromTemplates(LIST_DEFINITIONS, ['L']) },
    { weight: 2, arbitrary: fromTemplates(LIST_READS, ['L']) },
    { weight: 2, arbitrary: fromTemplates(EXPORTS, EXPORTED) },
    { weight: 2, arbitrary: fromTemplates(CHILD_READS, EXPORTED) },
  ];
  if (context.depth > 0)
    choices.push({ weight: 5, arbitrary: wrapped(context) }, { weight: 3, arbitrary: functions(context) });
  if (context.callable.length > 0) choices.push({ weight: 3, arbitrary: calls(context) });
  if (context.inFunction)
    choices.push(
      { weight: 3, arbitrary: fromTemplates(LOCALS, VARIABLES) },
      { weight: 1, arbitrary: fromTemplates(RETURNS, ['f']) },
    );
  else choices.push({ weight: 1, arbitrary: fromTemplates(EXITS, ['A']) });
  if (context.takesAway) choices.push({ weight: 2, arbitrary: fromTemplates(UNSETS, VARIABLES) });
  if (context.takesAway && context.depth === MAX_DEPTH)
    choices.push({ weight: 1, arbitrary: fromTemplates(FUNCTION_UNSETS, FUNCTIONS) });
  return fc.oneof(...choices);
}

const STATE: readonly Template[] = [
  ['state file by echo', (name, value) => `${name}=${value}; echo "${name}=$${name}" > ./state`],
  [
    'state file by printf',
    (name, value) => `${name}=${value}; printf '%s=%q\\n' ${name} "$${name}" > ./state`,
  ],
  [
    'state file by a here-document',
    (name, value) => `${name}=${value}\ncat > ./state <<EOF\nexport ${name}=$${name}\nEOF`,
  ],
];

const LOADS: readonly Template[] = [
  ['source', () => 'source ./state'],
  ['eval of a file', () => 'eval "$(cat ./state)"'],
];

const TRAPS: readonly Template[] = [
  ['trap', name => `trap 'probe ${name} "$${name}"' EXIT`],
  ['trap in double quotes', name => `probe ${name} "$${name}"\ntrap "echo '$${name}' > /dev/null" EXIT`],
];

const NOTHING: fc.Arbitrary<Piece> = fc.constant({ text: '', constructs: [] });

/** A state file is written first thing in the first block, so that it is there for the others; traps stand in the last one. */
function block(number: number, count: number): fc.Arbitrary<readonly Piece[]> {
  const isLast = number === count - 1;
  const context = {
    depth: MAX_DEPTH,
    inFunction: false,
    callable: FUNCTIONS,
    takesAway: number === 0 || isLast,
  };
  const head = number === 0 ? fromTemplates(STATE, VARIABLES) : NOTHING;
  const load = fc.oneof(
    { weight: 5, arbitrary: NOTHING },
    { weight: 1, arbitrary: fromTemplates(LOADS, ['A']) },
  );
  const trap = isLast
    ? fc.oneof({ weight: 5, arbitrary: NOTHING }, { weight: 1, arbitrary: fromTemplates(TRAPS, VARIABLES) })
    : NOTHING;
  return fc
    .tuple(head, load, trap, fc.array(statements(context), { minLength: 1, maxLength: 6 }))
    .map(([first, second, third, rest]) => [first, second, third, ...rest].filter(({ text }) => text !== ''));
}

/** Documents of 2 to 5 blocks. */
export const generatedDocuments: fc.Arbitrary<GeneratedDocument> = fc
  .integer({ min: 2, max: 5 })
  .chain(count => fc.tuple(...Array.from({ length: count }, (_, number) => block(number, count))))
  .map(blocks => ({
    text: blocks.map(pieces => `\`\`\`bash\n${join(pieces).text}\n\`\`\`\n`).join('\n'),
    constructs: blocks.flatMap(pieces => join(pieces).constructs),
    blocks: blocks.map(pieces => pieces.map(({ text }) => text)),
  }));

/** Everything that the generator can write, by name. */
export const CONSTRUCTS: readonly string[] = [
  ...[
    DEFINITIONS,
    LIST_DEFINITIONS,
    EXPORTS,
    READS,
    LIST_READS,
    CHILD_READS,
    LOCALS,
    RETURNS,
    EXITS,
    UNSETS,
    FUNCTION_UNSETS,
    STATE,
    LOADS,
    TRAPS,
  ]
    .flat()
    .map(([construct]) => construct),
  ...WRAPPERS.map(([construct]) => construct),
  ...['function NAME', 'NAME()', 'call behind the definition', 'call', 'call in a substitution', 'unset -f'],
];
