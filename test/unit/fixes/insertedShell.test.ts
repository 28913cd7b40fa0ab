import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { Analyser, type Analysis } from '../../../server/analysis/analyse';
import type { RuleName } from '../../../server/analysis/finding';
import { fixesFor } from '../../../server/analysis/fixes';
import { applyEdits, type FixKind } from '../../../server/analysis/fixes/fix';
import { Checker } from '../../../server/workspace/checker';
import { testParser } from '../../support/parser';
import { runIn, SHELLS, type ShellRun } from '../../support/shellRuns';
import { temporaryFolder } from '../workspace/temporaryFolder';

/** What the fixes insert is run here, block by block, each in a shell of its own. */
const parser = await testParser();
const checker = new Checker(parser, new Analyser(parser));

async function analysed(text: string): Promise<Analysis> {
  return (await checker.check(text, '/nowhere/.claude/commands/x.md', ['/nowhere'])).analysis;
}

function documentOf(...blocks: readonly string[]): string {
  return blocks.map((text, index) => `## Step ${index + 1}\n\n\`\`\`bash\n${text}\n\`\`\`\n`).join('\n');
}

/** The document after the first fix of a kind for a rule, again and again until none is left. */
async function mended(text: string, rule: RuleName, kind: FixKind): Promise<Analysis> {
  let analysis = await analysed(text);
  for (let round = 0; round < 10; round++) {
    const fix = analysis.findings
      .filter(finding => finding.rule === rule)
      .flatMap(finding => fixesFor(analysis, finding))
      .find(candidate => candidate.kind === kind);
    if (fix === undefined) {
      expect(round, 'the number of fixes').toBeGreaterThan(0);
      return analysis;
    }
    analysis = await analysed(applyEdits(analysis.document.text, fix.edits));
  }
  throw new Error('the fix is offered without end');
}

let folder = '';
beforeEach(() => {
  folder = temporaryFolder({});
});

const HOSTILE = `a  'b' "c" \\ $(touch bad) \`touch bad\` $HOME ~ é* ;#\n\tz !`;

function run(shell: string, text: string): ShellRun {
  return runIn(folder, shell, ['eval "$1"', shell, text], {
    TMPDIR: folder,
    CLAUDE_CODE_SESSION_ID: `s${path.basename(folder)}`,
    HOSTILE,
    ARGUMENTS: HOSTILE,
  });
}

function runBlocks(shell: string, { document }: Analysis): readonly ShellRun[] {
  return document.blocks.map(({ text }) => run(shell, text));
}

interface Case {
  readonly rule: RuleName;
  readonly kind: FixKind;
  readonly blocks: readonly string[];
  /** What the last block prints, as it is in one shell. */
  readonly prints: string;
}

const LOAD = '[ -f state.env ] && . ./state.env';

const CASES: Readonly<Record<string, Case>> = {
  'a value that is saved too': {
    rule: 'unsaved-variable',
    kind: 'save',
    blocks: [`T="$HOSTILE"\nP=2\nprintf 'P=%q\\n' "$P" > state.env`, `${LOAD}\nprintf '%s' "$T$P"`],
    prints: `${HOSTILE}2`,
  },
  'one more line of a here-document': {
    rule: 'unsaved-variable',
    kind: 'save',
    blocks: ['T="$HOSTILE"\nP=2\ncat > state.env <<EOF\nP=$P\nEOF', `${LOAD}\nprintf '%s' "$T$P"`],
    prints: `${HOSTILE}2`,
  },
  'one more line of a group': {
    rule: 'unsaved-variable',
    kind: 'save',
    blocks: ['T="$HOSTILE"\nP=2\n{\n  echo "P=$P"\n} > state.env', `${LOAD}\nprintf '%s' "$T$P"`],
    prints: `${HOSTILE}2`,
  },
  'one more name of declare': {
    rule: 'unsaved-variable',
    kind: 'save',
    blocks: ['T="$HOSTILE"\nP=2\ndeclare -p P > state.env', `${LOAD}\nprintf '%s' "$T$P"`],
    prints: `${HOSTILE}2`,
  },
  'an array that is saved too': {
    rule: 'unsaved-variable',
    kind: 'save',
    blocks: [
      `T=("$HOSTILE" "" b)\nP=2\nprintf 'P=%q\\n' "$P" > state.env`,
      `${LOAD}\nprintf '[%s]' "$P" "\${T[@]}"`,
    ],
    prints: `[2][${HOSTILE}][][b]`,
  },
  'an exported value that is saved too': {
    rule: 'unsaved-variable',
    kind: 'save',
    blocks: [
      `export T="$HOSTILE"\nP=2\nprintf 'P=%q\\n' "$P" > state.env`,
      `${LOAD}\nsh -c 'printf "%s" "$T"'\nprintf '%s' "$T$P"`,
    ],
    prints: `${HOSTILE}${HOSTILE}2`,
  },
  'a name without a value': {
    rule: 'unsaved-variable',
    kind: 'save',
    blocks: [
      `set -u\nP=2\nif [ -d nowhere ]; then\n  T=$(date)\nfi\nprintf 'P=%q\\n' "$P" > state.env`,
      `${LOAD}\nprintf '%s' "[$T]\${T+set}$P"`,
    ],
    prints: '[]2',
  },
  'values that are quoted': {
    rule: 'unquoted-state-value',
    kind: 'quote',
    blocks: [
      [
        'T="$ARGUMENTS"',
        'echo "T=$T" > state.env',
        'echo "export U=\\"$T and $T\\"" >> state.env',
        'echo V="$T" >> state.env',
        `printf 'W="%s"\\nX=%s\\n' "$T" "$T" >> state.env`,
        'printf "Y=$T\\n" >> state.env',
        'cat >> state.env <<EOF\nZ=$T\nexport Q="a $T"\nEOF',
      ].join('\n'),
      `${LOAD}\nprintf '[%s]' "$T" "$U" "$V" "$W" "$X" "$Y" "$Z" "$Q"`,
    ],
    prints: [
      HOSTILE,
      `${HOSTILE} and ${HOSTILE}`,
      HOSTILE,
      HOSTILE,
      HOSTILE,
      HOSTILE,
      HOSTILE,
      `a ${HOSTILE}`,
    ]
      .map(value => `[${value}]`)
      .join(''),
  },
  'a stable path': {
    rule: 'unstable-path',
    kind: 'stablePath',
    blocks: ['echo one > "/tmp/crossblock_$$.txt"', 'cat "/tmp/crossblock_$$.txt"'],
    prints: 'one\n',
  },
  'a stable folder': {
    rule: 'unstable-path',
    kind: 'stablePath',
    blocks: ['W=$(mktemp -d)\necho one > "$W/a.txt"', 'W=$(mktemp -d)\ncat "$W/a.txt"'],
    prints: 'one\n',
  },
  'a trap that has moved': {
    rule: 'trap-deletes-state',
    kind: 'trap',
    blocks: [
      `S=plan.env\ntrap 'rm -f "$S"' EXIT\nprintf 'P=%q\\n' "$HOSTILE" > "$S"`,
      `S=plan.env\n. "./$S" || exit 1\ncat "$S" > /dev/null && printf '%s' "$P"`,
    ],
    prints: HOSTILE,
  },
  'an alias as a function': {
    rule: 'lost-alias',
    kind: 'define',
    blocks: ["alias say='echo so'\nsay a", 'say "a  b" c'],
    prints: 'so a  b c\n',
  },
  'an alias of the same name as its command': {
    rule: 'lost-alias',
    kind: 'define',
    blocks: ["alias basename='basename -s .md'\nbasename x.md", 'basename y.md'],
    prints: 'y\n',
  },
  'an option': {
    rule: 'lost-option',
    kind: 'repeat',
    blocks: [
      'set -o pipefail\nfalse | cat',
      'if wc nowhere.txt 2>/dev/null | cat; then echo good; else echo bad; fi',
    ],
    prints: 'bad\n',
  },
  'a merged block': {
    rule: 'lost-variable',
    kind: 'merge',
    blocks: ['T="$HOSTILE"', `printf '%s' "$T"`],
    prints: HOSTILE,
  },
  'a path of the writer': {
    rule: 'state-path-mismatch',
    kind: 'stablePath',
    blocks: [
      'mkdir -p "$HOME/.claude/tmp"\necho one > "$HOME/.claude/tmp/report_day.txt"',
      'cat "$(pwd)/.claude/tmp/report_day.txt"',
    ],
    prints: 'one\n',
  },
  'a name with the session in it': {
    rule: 'predictable-temporary-file',
    kind: 'stablePath',
    blocks: [
      `printf 'P=%q\\n' one > /tmp/crossblock-plan.env`,
      `[ -f /tmp/crossblock-plan.env ] && . /tmp/crossblock-plan.env\nrm -f /tmp/crossblock-plan.env\nprintf '%s' "$P"`,
    ],
    prints: 'one',
  },
};

describe.each(Object.entries(CASES))('%s', (_, { rule, kind, blocks, prints }) => {
  const text =
    kind === 'merge'
      ? blocks.map(block => `\`\`\`bash\n${block}\n\`\`\`\n`).join('\n')
      : documentOf(...blocks);

  test('ends its findings and brings no new one', async () => {
    const before = await analysed(text);
    const after = await mended(text, rule, kind);
    expect(after.findings.filter(finding => finding.rule === rule)).toEqual([]);
    const known = new Set(before.findings.map(finding => finding.rule));
    expect(after.findings.filter(finding => !known.has(finding.rule))).toEqual([]);
  });

  test.each(SHELLS)('is what one shell prints, in %s', async shell => {
    const runs = runBlocks(shell, await mended(text, rule, kind));
    expect(runs[runs.length - 1]).toEqual({ output: prints, status: 0 });
    expect(existsSync(path.join(folder, 'bad')), 'nothing in a value is run').toBe(false);
  });
});

describe.each(SHELLS)('in %s', shell => {
  test('a guarded load ends the block where the file is missing, and only there', async () => {
    const text = documentOf("printf 'P=%q\\n' one > plan.env", '. ./plan.env\necho "$P"');
    const after = await mended(text, 'unguarded-load', 'guard');
    const [writer, reader] = after.document.blocks.map(block => block.text);
    expect(run(shell, reader!)).toEqual({ output: '', status: 1 });
    run(shell, writer!);
    expect(run(shell, reader!)).toEqual({ output: 'one\n', status: 0 });
  });

  test('a guarded command ends the block with its own status', async () => {
    const text = documentOf('set -e\nmake all\ngit push');
    const after = await mended(text, 'inert-errexit', 'guard');
    const [{ text: block } = { text: '' }] = after.document.blocks;
    const functions = 'make() { return 7; }\ngit() { echo pushed; }\n';
    // As the host does it, on the left of `&&`.
    expect(run(shell, `eval ${quoted(functions + block)} && pwd`)).toEqual({ output: '', status: 7 });
  });

  test('a directory is not changed twice', async () => {
    mkdirSync(path.join(folder, 'web'));
    const text = documentOf('cd web\nnpm install', 'cd web\nnpm test');
    const after = await mended(text, 'lost-directory', 'repeat');
    const block = after.document.blocks[1]!.text.replace('npm test', 'echo "${PWD##*/}"');
    expect(run(shell, block).output).toBe('web\n');
    expect(run(shell, `cd web\n${block}`).output).toBe('web\n');
  });

  test('a stable path leaves nothing behind, and keeps the status of its block', async () => {
    const text = documentOf('echo one > "/tmp/crossblock_$$.txt"', 'grep two "/tmp/crossblock_$$.txt"');
    const runs = runBlocks(shell, await mended(text, 'unstable-path', 'stablePath'));
    expect(runs[1]).toEqual({ output: '', status: 1 });
    const left = readdirSync('/tmp').filter(name => name === `crossblock_s${path.basename(folder)}.txt`);
    expect(left).toEqual([]);
  });
});

function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}
