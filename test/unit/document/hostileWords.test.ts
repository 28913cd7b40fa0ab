import { expect, test } from 'vitest';
import { Analyser } from '../../../server/analysis/analyse';
import { fixesFor } from '../../../server/analysis/fixes';
import { claudeCode } from '../../../server/analysis/hosts/claudeCode';
import { testParser } from '../../support/parser';

const parser = await testParser();
const analyse = (...blocks: readonly string[]) =>
  new Analyser(parser).analyse(
    blocks.map(text => `\`\`\`bash\n${text}\n\`\`\`\n`).join('\n'),
    { path: 'commands/x.md' },
    claudeCode,
    { find: () => 'missing', byPath: () => undefined },
  );

// What every object has by its prototype: a table that is asked with a text's own word must not answer with it.
const WORDS = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__', 'isPrototypeOf'];

test.each(WORDS)('a document may say %s', word => {
  const { findings, flow } = analyse(
    `${word} x\n${word}=1\nX="$${word}$(${word} y)"`,
    `echo "$X" "$${word}"\n${word}`,
  );
  expect(findings.map(({ name }) => name)).toEqual(['X', word]);
  const fixes = findings.flatMap(finding => fixesFor({ document: flow.document, flow, findings }, finding));
  expect(fixes.map(({ title }) => title).join()).not.toContain('native code');
});

test('a command may have more words than a call has arguments', () => {
  const { findings } = analyse('A=1', `echo${' $A'.repeat(150_000)}`);
  expect(findings).toHaveLength(1);
});

test('a chain of commands may be long', () => {
  const { findings } = analyse('FIRST=1', `echo "$FIRST"${' && true'.repeat(1_000)}`);
  expect(findings).toHaveLength(1);
});
