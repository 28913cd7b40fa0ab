import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Analyser } from '../../../server/analysis/analyse';
import type { LibraryTable } from '../../../server/analysis/flow/documentFlow';
import { claudeCode } from '../../../server/analysis/hosts/claudeCode';
import { testParser } from '../../support/parser';

/** Documents with every form that the oracle knows: files that are handed over, functions, traps, shells that are carried on. */
const folder = path.join(import.meta.dirname, '../../oracle/documents');
const documents = readdirSync(folder).map(file => readFileSync(path.join(folder, file), 'utf8'));

const NO_LIBRARIES: LibraryTable = { find: () => 'missing', byPath: () => undefined };

/** One line taken out, doubled, or moved to another place; or a word typed into one, as in most keystrokes. */
interface Edit {
  readonly how: 'remove' | 'repeat' | 'move' | 'type';
  readonly line: number;
  readonly to: number;
}

const TYPED = ['x', '"', '$X', '; X=1; ', ' # substitute $X by hand', ' > state.env', '\n', ' $(', ' | '];

const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    how: fc.constantFrom('remove', 'repeat', 'move', 'type', 'type', 'type'),
    line: fc.nat(10_000),
    to: fc.nat(10_000),
  }),
  { minLength: 5, maxLength: 20 },
);

function apply(text: string, { how, line, to }: Edit): string {
  const lines = text.split('\n');
  const at = line % lines.length;
  if (how === 'type') {
    const column = to % (lines[at]!.length + 1);
    const word = TYPED[to % TYPED.length]!;
    return lines.with(at, lines[at]!.slice(0, column) + word + lines[at]!.slice(column)).join('\n');
  }
  const taken = how === 'repeat' ? lines.slice(at, at + 1) : lines.splice(at, 1);
  if (how !== 'remove') lines.splice(to % (lines.length + 1), 0, ...taken);
  return lines.join('\n');
}

test.each(documents.map((text, index) => [index, text] as const))(
  'edited document %i: what is kept of its blocks says the same as a fresh analysis',
  async (_, original) => {
    const parser = await testParser();
    const findingsOf = (analyser: Analyser, text: string) =>
      analyser.analyse(text, { path: 'commands/x.md' }, claudeCode, NO_LIBRARIES).findings;
    fc.assert(
      fc.property(edits, steps => {
        const keeping = new Analyser(parser);
        findingsOf(keeping, original);
        steps.reduce((text, edit) => {
          const edited = apply(text, edit);
          expect(findingsOf(keeping, edited)).toEqual(findingsOf(new Analyser(parser), edited));
          return edited;
        }, original);
      }),
      { numRuns: 5 },
    );
  },
  60_000,
);

test('a block whose text stays the same means another file where an earlier block names another one', async () => {
  const analyser = new Analyser(await testParser());
  const documentWith = (file: string) => `\`\`\`bash\nF=${file}\n\`\`\`\n\n\`\`\`bash\ncat "$F"\n\`\`\`\n`;
  const pathIn = (file: string) =>
    analyser.analyse(documentWith(file), { path: 'commands/x.md' }, claudeCode, NO_LIBRARIES).flow.blocks[1]
      ?.flow.usedPaths[0]?.path;
  // A run is kept from the second time on.
  for (const file of ['/tmp/a.txt', '/tmp/a.txt', '/tmp/a.txt', '/tmp/b.txt', '/tmp/b.txt'])
    expect(pathIn(file)).toEqual([{ kind: 'text', text: file }]);
});
