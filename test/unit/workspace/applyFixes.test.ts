import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../server/analysis/finding';
import type { FixWish } from '../../../server/analysis/fixes/fixAll';
import { type FixableCheck, fixDocument } from '../../../server/workspace/applyFixes';
import { checked } from '../../support/checked';

const SAFE: FixWish = { safety: 'safe', wants: () => true };
const UNSAFE: FixWish = { safety: 'unsafe', wants: () => true };

async function analyse(text: string): Promise<FixableCheck> {
  const { analysis } = await checked(text);
  return { analysis, findings: analysis.findings };
}

async function fixed(text: string, wish = SAFE): Promise<string> {
  const document = await fixDocument(text, analyse, wish);
  if (document === undefined) throw new Error('cannot be checked');
  return document.text;
}

const block = (...lines: readonly string[]) => ['```bash', ...lines, '```', ''].join('\n');

describe('fixing a whole document', () => {
  test('makes one insertion a block, dependent variables in their order', async () => {
    const text = [
      block('ROOT=/srv/app'),
      block('OUT="$ROOT/out"', 'NAME=site'),
      block('ls "$OUT" "$NAME" "$ROOT"'),
    ];
    expect(await fixed(text.join('\n'))).toBe(
      [
        text[0],
        block('ROOT=/srv/app', 'OUT="$ROOT/out"', 'NAME=site'),
        block('ROOT=/srv/app', 'OUT="$ROOT/out"', 'NAME=site', 'ls "$OUT" "$NAME" "$ROOT"'),
      ].join('\n'),
    );
  });

  test('a second time changes nothing', async () => {
    const text = [block('A=1', 'B=$(date +%s)'), block('C="$A-$B"', 'echo "$C"'), block('echo "$C$B$A"')];
    for (const wish of [SAFE, UNSAFE]) {
      const once = await fixed(text.join('\n'), wish);
      expect(once).not.toBe(text.join('\n'));
      expect(await fixed(once, wish)).toBe(once);
    }
  });

  test('what is unsafe stays where only safe fixes are wished for', async () => {
    const text = `${block('A=1', 'B=$(date +%s)')}\n${block('echo "$A $B"')}`;
    expect(await fixed(text)).toBe(text.replace('echo', 'A=1\necho'));
    expect(await fixed(text, UNSAFE)).toBe(text.replace('echo', 'A=1\nB=$(date +%s)\necho'));
  });

  test('only the wanted findings are mended', async () => {
    const text = `${block('A=1', 'B=2')}\n${block('echo "$A $B"')}`;
    const wants = ({ name }: Finding) => name === 'B';
    expect(await fixed(text, { safety: 'safe', wants })).toBe(text.replace('echo', 'B=2\necho'));
  });

  test('a block that is no step stays as it is', async () => {
    const text = `${block('A=1')}\n<!-- crossblock: example -->\n${block('echo "$A"')}`;
    expect(await fixed(text, UNSAFE)).toBe(text);
  });

  test('CRLF, byte order mark and the indentation of a list are kept', async () => {
    const text =
      '\uFEFF1. One\r\n\r\n   ```bash\r\n   A=1\r\n   ```\r\n\r\n   ```bash\r\n   echo "$A"\r\n   ```\r\n';
    expect(await fixed(text)).toBe(text.replace('   echo', '   A=1\r\n   echo'));
  });
});

describe('a fix that does not keep its promise', () => {
  const text = `${block('A=1', 'B=2')}\n${block('echo "$A"')}\n${block('echo "$B"')}`;

  /** As a rule that finds something in block 2 as soon as it has its value. */
  async function findsMore(changed: string): Promise<FixableCheck> {
    const { analysis, findings } = await analyse(changed);
    const isMended = !findings.some(finding => finding.block === 2);
    const [first] = (await analyse(text)).findings;
    const extra: Finding = { ...first!, rule: 'unstable-path', name: undefined, block: 2 };
    return { analysis, findings: isMended ? [...findings, extra] : findings };
  }

  test('is left out, and the others stay', async () => {
    const document = await fixDocument(text, findsMore, SAFE);
    expect(document?.text).toBe(text.replace('echo "$B"', 'B=2\necho "$B"'));
    expect(document?.fixed.map(({ name }) => name)).toEqual(['B']);
  });

  test('is left out where its finding does not go', async () => {
    const original = await analyse(text);
    const document = await fixDocument(text, async () => original, SAFE);
    expect(document?.text).toBe(text);
    expect(document?.fixed).toEqual([]);
  });
});
