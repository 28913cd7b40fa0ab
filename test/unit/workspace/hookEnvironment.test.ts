import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Analyser } from '../../../server/analysis/analyse';
import { sourceOfValue } from '../../../server/analysis/explain/names';
import { namesFromHook } from '../../../server/analysis/flow/hookNames';
import { hostNamed } from '../../../server/analysis/hosts';
import { Checker } from '../../../server/workspace/checker';
import { testParser } from '../../support/parser';
import { temporaryFolder } from './temporaryFolder';

const parser = await testParser();

describe('the names that a hook sets', () => {
  test.each([
    ['echo "export A=1" >> "$CLAUDE_ENV_FILE"', ['A']],
    ['if [ -n "$CLAUDE_ENV_FILE" ]; then\n  echo "A=\\"$(pwd)\\"" >> "$CLAUDE_ENV_FILE"\nfi', ['A']],
    ['{\n  echo "A=$X"\n  echo "B=$Y"\n} >> "$CLAUDE_ENV_FILE"', ['A', 'B']],
    ['cat >> "$CLAUDE_ENV_FILE" <<EOF\nexport A=1\nEOF', ['A']],
    ['echo "A=1" >> /tmp/log\nA=2', []],
    ['((', []],
  ])('%j', (hook, expected) => {
    expect([...namesFromHook(parser, hook, 'CLAUDE_ENV_FILE')]).toEqual(expected);
  });
});

const DOCUMENT = '```bash\nSTAGE=test\n```\n\n```bash\nls "$CLAUDE_PROJECT_DIR"\necho "$STAGE"\n```\n';
const HOOK = '#!/bin/bash\necho "export CLAUDE_PROJECT_DIR=\\"$(pwd)\\"" >> "$CLAUDE_ENV_FILE"\n';

async function check(folder: string, checker = new Checker(parser, new Analyser(parser)), host?: string) {
  const file = path.join(folder, '.claude/commands/go.md');
  const checked = await checker.check(readFileSync(file, 'utf8'), file, [folder], 'found', {
    host: hostNamed(host),
  });
  return { ...checked, names: checked.analysis.findings.map(({ name }) => name) };
}

describe('the hooks of a project', () => {
  test('what they put into the environment file is set in every block', async () => {
    const folder = temporaryFolder({ '.claude/commands/go.md': DOCUMENT, '.claude/hooks/start.sh': HOOK });
    const { names, hooks, analysis } = await check(folder);
    expect(names).toEqual(['STAGE']);
    expect(hooks).toEqual([path.join(folder, '.claude/hooks/start.sh')]);
    const block = analysis.flow.blocks[1]!;
    const read = [...analysis.statesIn(block.block).keys()].find(({ name }) => name === 'CLAUDE_PROJECT_DIR');
    expect(sourceOfValue(analysis, block, read!)).toBe(
      'has a value in every block: the hook .claude/hooks/start.sh writes it into the file that CLAUDE_ENV_FILE names',
    );
  });

  test('without one, or with one that only reads, nothing is set', async () => {
    const hook = 'if [ -z "$CLAUDE_ENV_FILE" ]; then exit 0; fi\nexport CLAUDE_PROJECT_DIR=x\n';
    const folder = temporaryFolder({ '.claude/commands/go.md': DOCUMENT, 'hooks/start.sh': hook });
    const { names, hooks } = await check(folder);
    expect(names).toEqual(['CLAUDE_PROJECT_DIR', 'STAGE']);
    expect(hooks).toEqual([]);
  });

  test('a host without such a file has no use for them', async () => {
    const folder = temporaryFolder({ '.claude/commands/go.md': DOCUMENT, '.claude/hooks/start.sh': HOOK });
    expect((await check(folder, undefined, 'codex')).names).toContain('CLAUDE_PROJECT_DIR');
  });

  test('a hook that changes is read again', async () => {
    const folder = temporaryFolder({ '.claude/commands/go.md': DOCUMENT, '.claude/hooks/start.sh': HOOK });
    const checker = new Checker(parser, new Analyser(parser));
    expect((await check(folder, checker)).names).toEqual(['STAGE']);
    const hook = path.join(folder, '.claude/hooks/start.sh');
    writeFileSync(hook, 'echo "STAGE=1" >> "$CLAUDE_ENV_FILE"\n');
    utimesSync(hook, 1, 1);
    expect((await check(folder, checker)).names).toEqual(['CLAUDE_PROJECT_DIR']);
  });
});
