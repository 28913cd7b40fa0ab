import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CommandDocument, parseDocument } from '../../../server/analysis/document/commandDocument';
import { reparse } from '../../../server/analysis/document/reparse';
import { roleIn, surroundingsOf } from '../../../server/analysis/document/roles';

/**
 * Suites hold Markdown of all kinds: quotes, lists, tags, fences in fences, frontmatter. Their own fences, which are longer
 * than those of the documents in them, are taken away.
 */
const folders = ['../../oracle/documents', '../../suites'].map(folder =>
  path.join(import.meta.dirname, folder),
);
const documents = folders.flatMap(folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.md'))
    .map(file => readFileSync(path.join(folder, file), 'utf8').replaceAll(/^`{4,}.*$/gm, '')),
);

/** What people type in shell blocks, and what means something to the Markdown around them. */
const typed = fc.constantFrom(
  ...[
    'x',
    ' ',
    '"',
    '$X',
    '\n',
    '\n\n',
    '  ',
    '# ',
    'echo "$X"\n',
    '<',
    '<name>',
    '{{x}}',
    '> ',
    '- ',
    '    ',
  ],
  ...[
    '`',
    '```',
    '```\n',
    '~~~',
    '---',
    '---\n',
    '\t',
    '\r\n',
    '\r',
    '\0',
    '**A**',
    '# After',
    'Output:',
    '#',
  ],
  ...['crossblock', '# crossblock-disable-line', '<step>', '</step>', '\n```\n\n```bash\n', 'é𝒳', ''],
);

const edits = fc.array(fc.record({ at: fc.noBias(fc.nat(1_000_000)), taken: fc.nat(12), typed }), {
  minLength: 1,
  maxLength: 12,
});

/** All that a document says of itself, with the positions of all its blocks' texts. */
function described({ frame: _, ...document }: CommandDocument) {
  return {
    ...document,
    lineIndex: document.lineIndex.starts,
    blocks: document.blocks.map(block => ({
      ...block,
      content: { ...block.content, lineIndex: block.content.lineIndex.starts },
      places: Array.from({ length: block.text.length + 1 }, (_, offset) => block.toDocument(offset)),
      offsets: [block.toDocument(0), block.toDocument(block.text.length) + 1].map(at =>
        block.fromDocument(at),
      ),
    })),
  };
}

function rolesOf(document: CommandDocument, surroundings: ReturnType<typeof surroundingsOf>) {
  return document.blocks.map((block, index) => roleIn(surroundings[index]!, block));
}

test('what an edit within a block makes of a document is what a fresh parse finds', () => {
  const place = { path: 'commands/x.md' };
  let [again, all] = [0, 0];
  fc.assert(
    fc.property(fc.constantFrom(...documents), fc.boolean(), edits, (original, isCrLf, steps) => {
      const start = isCrLf ? original.replaceAll('\n', '\r\n') : original;
      let document = parseDocument(start);
      let surroundings = surroundingsOf(document, place);
      for (const { at, taken, typed } of steps) {
        const offset = Math.floor((at / 1_000_000) * document.text.length);
        const text = document.text.slice(0, offset) + typed + document.text.slice(offset + taken);
        const fresh = parseDocument(text);
        const reparsed = reparse(document, text)?.document;
        all++;
        if (reparsed !== undefined) {
          again++;
          expect(described(reparsed)).toEqual(described(fresh));
          expect(rolesOf(reparsed, surroundings)).toEqual(rolesOf(fresh, surroundingsOf(fresh, place)));
        } else surroundings = surroundingsOf(fresh, place);
        // On from the shortcut's own result, so that a mistake would grow.
        document = reparsed ?? fresh;
      }
    }),
    { numRuns: 400 },
  );
  // Otherwise it would test nothing.
  expect(again / all).toBeGreaterThan(0.15);
}, 60_000);
