import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { clientStrings } from '../../../scripts/clientStrings';

const root = path.join(__dirname, '../../..');

function bundle(file: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8'));
}

/** What a translation must keep: places for values, commands and settings, code. */
function fixedParts(text: string): readonly string[] {
  return (text.match(/\{\d\}|\(command:[^)]*\)|`[^`]+`|crossblock\.[\w.]+\w/g) ?? []).sort();
}

describe.each([
  ['package.nls.de.json', bundle('package.nls.json')],
  ['l10n/bundle.l10n.de.json', Object.fromEntries(clientStrings().map(text => [text, text]))],
])('%s', (file, source) => {
  const translated = bundle(file);

  test('translates every string, and no other', () => {
    expect(Object.keys(translated).sort()).toEqual(Object.keys(source).sort());
  });

  test('keeps values, commands, settings and code', () => {
    for (const [key, text] of Object.entries(source))
      expect(fixedParts(translated[key] ?? ''), key).toEqual(fixedParts(text));
  });

  test('leaves nothing in English', () => {
    // "Block" is the same word in both languages.
    const hasWords = (text: string) => /[a-z]/i.test(text.replace(/\{\d\}|\bBlock\b/g, ''));
    const same = Object.entries(source).filter(([key, text]) => translated[key] === text && hasWords(text));
    expect(same).toEqual([]);
  });
});

test('the English bundle is the one that npm run l10n writes', () => {
  expect(Object.keys(bundle('l10n/bundle.l10n.json'))).toEqual(clientStrings());
});

test('each string that the manifest names is there', () => {
  const names = readFileSync(path.join(root, 'package.json'), 'utf8').match(/(?<="%)[\w.-]+(?=%")/g) ?? [];
  expect([...new Set(names)].sort()).toEqual(Object.keys(bundle('package.nls.json')).sort());
});
