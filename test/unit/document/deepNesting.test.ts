import { expect, test } from 'vitest';
import { Analyser } from '../../../server/analysis/analyse';
import { claudeCode } from '../../../server/analysis/hosts/claudeCode';
import { testParser } from '../../support/parser';

// Analysis never throws: neither the walk over the tree nor the interpreter may run out of stack, however deep a text nests.
const parser = await testParser();
const analyse = (text: string) =>
  new Analyser(parser).analyse(
    `\`\`\`bash\nFIRST=1\n\`\`\`\n\n\`\`\`bash\n${text}\necho "$FIRST"\n\`\`\`\n`,
    { path: 'commands/x.md' },
    claudeCode,
    { find: () => 'missing', byPath: () => undefined },
  );

const around = (open: string, inner: string, close: string) => (depth: number) =>
  open.repeat(depth) + inner + close.repeat(depth);

const NESTED: Readonly<Record<string, (depth: number) => string>> = {
  'command substitutions': around('echo $(', 'true', ')'),
  'quoted command substitutions': around('echo "$(', 'true', ')"'),
  'process substitutions': around('cat <(', 'true', ')'),
  subshells: around('( ', 'true', ' )'),
  groups: around('{ ', 'true', '; }'),
  conditionals: around('if true; then ', 'true', '; fi'),
  loops: around('while true; do ', 'true', '; done'),
  cases: around('case x in x) ', 'true', ' ;; esac'),
  functions: depth =>
    `${Array.from({ length: depth }, (_, index) => `f${index}() { `).join('')}true${'; }'.repeat(depth)}`,
  defaults: around('${X:-', 'x', '}'),
  'quoted defaults': around('"${X:-', 'x', '}"'),
  arithmetic: around('$((1 + ', '1', '))'),
  parentheses: depth => `echo $((${around('(', '1', ')')(depth)}))`,
  subscripts: depth => `echo \${${around('A[${', 'A', '}]')(depth)}}`,
  sums: depth => `echo $((1${' + 1'.repeat(depth)}))`,
  conditions: depth => `[[ -n x${' && -n x'.repeat(depth)} ]]`,
  negations: depth => `${'! '.repeat(depth)}true`,
  'lists of &&': depth => `true${' && true'.repeat(depth)}`,
  'lists of ||': depth => `true${' || true'.repeat(depth)}`,
  pipelines: depth => `true${' | true'.repeat(depth)}`,
  'elif chains': depth => `if false; then true${'\nelif false; then true'.repeat(depth)}\nfi`,
  evaluations: depth => `${"eval '".repeat(depth)}true${"'".repeat(depth)}`,
  'redirected groups': around('{ ', 'true', '; } > /dev/null'),
};

test.each(Object.entries(NESTED))('%s', (_, text) => {
  for (const depth of [40, 3_000, 20_000]) expect(() => analyse(text(depth))).not.toThrow();
});

test('what stands behind deep nesting is read all the same', () => {
  for (const [, text] of Object.entries(NESTED))
    expect(analyse(text(40)).findings.map(({ name }) => name)).toContain('FIRST');
});
