import fc from 'fast-check';
import { expect, test } from 'vitest';
import { neededReads } from '../../../server/analysis/explain/blocks';
import { explainFunction, functionAt } from '../../../server/analysis/explain/functions';
import { availableNames } from '../../../server/analysis/symbols/availableNames';
import { blockNames } from '../../../server/analysis/symbols/blockNames';
import { calleesOf, callersOf } from '../../../server/analysis/symbols/calls';
import { completionContext } from '../../../server/analysis/symbols/completionContext';
import { definitionsOf } from '../../../server/analysis/symbols/definitions';
import { namesOf, placeAt, placesOf } from '../../../server/analysis/symbols/documentNames';
import { foldsOf } from '../../../server/analysis/symbols/folds';
import { type OutlineItem, outlineOf } from '../../../server/analysis/symbols/outline';
import { refusalOfName, refusalToRename } from '../../../server/analysis/symbols/renaming';
import { selectionsAt } from '../../../server/analysis/symbols/selections';
import { valueSources } from '../../../server/analysis/symbols/sources';
import type { Span } from '../../../server/analysis/text';
import { checked } from '../../support/checked';

/** Lines of documents: fences in lists, quotes and tabs, and what shell texts name. */
const LINES = [
  ...[
    '```bash',
    '```',
    '> ```sh',
    '> ```',
    '- ```bash',
    '  ```',
    '\t```bash',
    '\t```',
    '# One',
    '## Two',
    '',
    'prose `ls "$A"`',
  ],
  ...[
    'A=1',
    'export B="$A"',
    '> A=1',
    '> echo "$A" é𝒳 $B',
    '  echo ${A:-$B}',
    '\techo $A',
    'f() { local A=$1; echo "$A=$2" >> s; }',
  ],
  ...[
    'f A "$B"',
    'echo "A=$A" >> s',
    '. s',
    'cat > s <<EOF',
    'A=2',
    'EOF',
    'unset A',
    'unset -f f',
    'read -r A B',
    '((A++))',
  ],
  ...[
    'if true; then',
    'fi',
    'echo "',
    "echo '",
    '$',
    '${',
    '\\',
    'save_state "A" "$B"',
    'printf \'%s=%q\\n\' A "$A" > s',
    'for A in 1 2; do',
  ],
];
const line = fc.constantFrom(...LINES);
/** A block that opens and closes as it should, with any prefix before its lines. */
const block = fc
  .tuple(fc.constantFrom('', '> ', '  ', '\t', '- '), fc.array(line, { maxLength: 8 }))
  .map(([prefix, body]) => {
    const inner = prefix === '- ' ? '  ' : prefix;
    return [`${prefix}\`\`\`bash`, ...body.map(text => inner + text), `${inner}\`\`\``].join('\n');
  });
const texts = fc
  .array(fc.oneof({ weight: 3, arbitrary: block }, line), { maxLength: 8 })
  .chain(parts => fc.constantFrom('\n', '\r\n', '\r').map(end => parts.join('\n').replaceAll('\n', end)));

test('whatever the text is, all places are names in it, and nothing is thrown', async () => {
  let places = 0;
  await fc.assert(
    fc.asyncProperty(texts, fc.nat(), async (text, seed) => {
      const { analysis } = await checked(text);
      const names = namesOf(analysis, []);
      const inside = ({ start, end }: Span) => 0 <= start && start <= end && end <= text.length;
      for (const place of names.own) {
        places++;
        expect(text.slice(place.span.start, place.span.end)).toBe(place.name);
        for (const definition of definitionsOf(names, place)) expect(definition.name).toBe(place.name);
        expect(placesOf(names, place)).toContain(place);
        expect(placeAt(names, place.span.start)).toBeDefined();
        refusalToRename(names, place);
        refusalOfName(names, place, 'B');
        callersOf(names, place.name);
        calleesOf(names, { kind: 'function', name: place.name });
      }
      const lines = analysis.document.lines.length;
      for (const { first, last } of foldsOf(analysis)) expect(first < last && last < lines + 1).toBe(true);
      const visit = (items: readonly OutlineItem[], outer: Span): void => {
        for (const { span, nameSpan, children } of items) {
          expect(inside(span) && inside(nameSpan)).toBe(true);
          expect(outer.start <= span.start && span.end <= outer.end).toBe(true);
          visit(children, span);
        }
      };
      visit(outlineOf(analysis), { start: 0, end: text.length });
      for (const { span } of valueSources(analysis)) expect(inside(span)).toBe(true);
      const offset = seed % (text.length + 1);
      const chain = selectionsAt(names, offset);
      for (const [index, span] of chain.slice(1).entries())
        expect(span.start <= chain[index]!.start && chain[index]!.end <= span.end).toBe(true);
      const called = functionAt(analysis, offset);
      if (called !== undefined) explainFunction(analysis, called);
      for (const block of analysis.flow.blocks) {
        blockNames(analysis, block);
        const context = completionContext(
          block.block.text,
          seed % (block.block.text.length + 1),
          names.savers,
        );
        if (context !== undefined) expect(context.span.start).toBeGreaterThanOrEqual(0);
        for (const read of neededReads(analysis, block)) availableNames(analysis, block, read);
      }
    }),
    { numRuns: 300 },
  );
  expect(places).toBeGreaterThan(1_000);
});
