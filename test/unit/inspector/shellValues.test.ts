import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readShellState, type StateVariable } from '../../../server/analysis/shell/stateValues';

/** Runs real bash; arguments are `$1`, `$2` … in the script. */
function bash(script: string, args: readonly string[] = [], locale = 'C.UTF-8'): string {
  const env = { PATH: process.env.PATH ?? '', LC_ALL: locale };
  return execFileSync('bash', ['--norc', '--noprofile', '-c', script, 'bash', ...args], { env }).toString(
    'utf8',
  );
}

/** The variables by name: a text for plain literal values, a record for arrays, an object for what is not literal. */
function read(text: string): Record<string, unknown> {
  const { variables } = readShellState(text);
  return Object.fromEntries(variables.map(variable => [variable.name, plain(variable)]));
}

function plain(variable: StateVariable): unknown {
  const { elements, value, literal } = variable;
  if (elements !== undefined)
    return Object.fromEntries([...elements].map(([key, text]) => [key, text.value]));
  return literal ? value : { asWritten: value };
}

/** Values that have hurt somebody's quoting before. */
const VALUES: readonly string[] = [
  '',
  ' ',
  'plain',
  'two words',
  "it's",
  '"quoted"',
  'a\nb\n',
  'tab\there',
  '$HOME `date` $(id) ${X}',
  'back\\slash\\',
  '~/file',
  'a:~:b',
  '#no comment',
  'a=b=c',
  '*?[x]{a,b}',
  '(paren) <angle> & | ;',
  '!bang',
  'ä€😀 ',
  '\u202Erl',
  '\x01\x1b[31m\x7f',
  '-n',
  'a\'b"c$d`e\\f\ng\th',
  '\r\n',
  'x'.repeat(5000),
  "$'x'",
  '\\\n',
];

const anyText = fc
  .string({
    unit: fc.constantFrom(...'ab \t\n\r\\\'"`$(){}[]<>|&;#~!*?=-_:,.0179äß€😀\u202E\x01\x1b\x7f'),
    maxLength: 30,
  })
  .filter(text => !text.includes('\0'));

describe('what bash writes is read back as it was', () => {
  for (const locale of ['C.UTF-8', 'C']) {
    test(`printf %q in ${locale}`, () => {
      const text = bash('for v; do printf "V%d=%q\\n" $((++i)) "$v"; done', VALUES, locale);
      expect(Object.values(read(text))).toEqual(VALUES);
    });
    test(`declare -p in ${locale}`, () => {
      const text = bash('for v; do declare "V$((++i))=$v"; done; declare -p ${!V*}', VALUES, locale);
      const found = read(text);
      expect(VALUES.map((_, index) => found[`V${index + 1}`])).toEqual(VALUES);
    });
    test(`\${V@Q} and an indexed array in ${locale}`, () => {
      const text = bash('A=("$@"); declare -p A; for v; do echo "V$((++i))=${v@Q}"; done', VALUES, locale);
      const { A, ...plainValues } = read(text);
      expect(Object.values(A as object)).toEqual(VALUES);
      expect(Object.values(plainValues)).toEqual(VALUES);
    });
    test(`keys of an associative array in ${locale}`, () => {
      const keys = VALUES.filter(value => value !== '');
      const text = bash('declare -A m; for v; do m[$v]=$v; done; declare -p m', keys, locale);
      expect(read(text).m).toEqual(Object.fromEntries(keys.map(key => [key, key])));
    });
  }

  test('export -p, with the options in all their forms', () => {
    const text = bash('export A="x y"; declare -rx B=2; declare -ix C=7; declare -lx D=abc; export -p');
    expect(read(text)).toMatchObject({ A: 'x y', B: '2', C: '7', D: 'abc' });
  });

  test('POSIX export -p, set and a sparse array', () => {
    expect(read(bash('set -o posix; export A="x y"; export -p'))).toMatchObject({ A: 'x y' });
    expect(read(bash('A="x y"; M=$\'a\\nb\'; set -o posix; set'))).toMatchObject({ A: 'x y', M: 'a\nb' });
    expect(read(bash('A=([3]=x [7]="y z"); declare -p A'))).toEqual({ A: { 3: 'x', 7: 'y z' } });
  });

  test('any values', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 20 }), values => {
        const text = bash('A=("$@"); declare -p A; for v; do printf "V%d=%q\\n" $((++i)) "$v"; done', values);
        const { A, ...others } = read(text);
        expect(Object.values(A as object)).toEqual(values);
        expect(Object.values(others)).toEqual(values);
      }),
      { numRuns: 40 },
    );
  });
});

describe('what is read is what bash gets', () => {
  const TEXTS: readonly string[] = [
    `X='a'b"c"\\d$'e\\t'`,
    `X="a\\$b\\"c\\\\d\\e\\\nf"`,
    `X=$'\\a\\b\\e\\E\\f\\n\\r\\t\\v\\\\\\'\\"\\?'`,
    `X=$'\\101\\x41\\u00e4\\U1F600\\cA\\c?\\q'`,
    `X=$'a\\0b'c`,
    `X=$'\\303\\244'`,
    'X=one\nX=two',
    'X=one; Y=2 Z=3',
    'X=a\nX+=b\nX+=" c"',
    'A=(1 2)\nA+=(3 "4 5")',
    'A=([5]=a b [2]=c d)',
    'A=(a # comment\n b)',
    'X=7\nX[2]=8',
    'A=(1 2 3)\nA=9',
    'A=(x y)\nA[1]+=z\nA[9]=n',
    'declare -A m=([a]=1 ["b c"]=2)\nm[d]=3',
    'X=1\nunset X\nY=2',
    'A=(1 2 3)\nunset "A[1]"',
    'X=a#b # comment',
    '# X=no\n  X=1  ',
    'X=a\\\nb\\ c',
    'export X=1 Y="2 3"',
    'readonly X=1; typeset Y=2',
    'X=1 && Y=2',
    'X={a,b} Y=*',
    'X=$ Y=a$ Z="$"',
    'X= Y=',
    'X=$"text"',
    'X="multi\nline"\nY=after',
    'echo "hi; X=1" >/dev/null; X=2',
    'set -u # it is\nX=1',
    'X=1 true\nY=2',
    'X=é',
  ];
  for (const text of TEXTS) {
    test(text, () => {
      const names = ['X', 'Y', 'Z', 'A', 'm'];
      const dump = bash(`eval "$1"; for n in ${names.join(' ')}; do declare -p $n 2>/dev/null; done; :`, [
        text,
      ]);
      expect(read(text)).toEqual(read(dump));
    });
  }
});

describe('what a shell would expand is shown as it is written', () => {
  const WRITTEN: readonly string[] = [
    '$HOME/x',
    '"$HOME"/x',
    '${X:-"it\'s"}',
    '"${X:-it\'s}"',
    '$(date +"%s")',
    '"$(echo ")")"',
    '`date`',
    '~/x',
    'a:~/b',
    '$((1 + 2))',
    '$1',
    '$?',
    "$'\\377'",
    '"a`date`b"',
  ];
  for (const written of WRITTEN) {
    test(written, () => {
      expect(read(`X=${written}\nY=after`)).toEqual({ X: { asWritten: written }, Y: 'after' });
    });
  }
  test('braces behind declare, globs in arrays, calculation', () => {
    expect(read('declare X={a,b}')).toEqual({ X: { asWritten: '{a,b}' } });
    expect(read('declare -i X=1+2')).toEqual({ X: { asWritten: '1+2' } });
    const [array] = readShellState('A=(*.md a\\*b "c*")').variables;
    expect([...(array?.elements ?? [])].map(([, element]) => element.literal)).toEqual([false, true, true]);
  });
});

describe('what is no assignment', () => {
  test('commands are counted and skipped', () => {
    expect(readShellState('cd /x\nX=1\n. ./lib.sh\nY=2 make\n')).toMatchObject({
      commands: 3,
      stoppedAt: undefined,
    });
  });
  for (const stop of [
    'if true; then X=2; fi',
    'f() { X=2; }',
    'cat <<E\nX=2\nE',
    'for i in 1; do X=2; done',
    'X="open',
    "X='",
    'X=(1',
    '{ X=2; }',
    '(X=2)',
    'X=$(open',
    'X=${open',
    '[[ -n $X ]]',
    'X=1)',
  ]) {
    test(`reading ends at ${JSON.stringify(stop)}`, () => {
      const state = readShellState(`A=1\n${stop}`);
      expect(state.variables.map(variable => variable.name)).toEqual(['A']);
      expect(state.stoppedAt).toBe(4);
    });
  }
  test('it never fails, on any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'X=A[]()\'"`$\\{}#;& \n+-declare export'), maxLength: 80 }),
        text => {
          const { stoppedAt } = readShellState(text);
          expect(stoppedAt ?? 0).toBeLessThanOrEqual(text.length);
        },
      ),
      { numRuns: 3000 },
    );
  });
  for (const [name, text] of [
    ['nested arrays', 'X=(\n'],
    ['nested substitutions', 'X=$('],
    ['nested braces', 'X="${'],
    ['many elements', 'A[1]=x\n'],
    ['appended arrays', 'A+=(x)\n'],
    ['appended texts', 'X+=x\n'],
    ['one statement of many assignments', 'X=1 '],
    ['escapes', "X=$'\\"],
  ] as const) {
    test(`256 KiB of ${name} are read to an end`, () => {
      const state = readShellState(text.repeat(262_144 / text.length));
      expect(state.variables.length).toBeLessThanOrEqual(1);
    });
  }
});
