import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import Ajv from 'ajv-draft-04';
import { describe, expect, test } from 'vitest';
import { FORMATS } from '../../../server/cli/formats';
import { type Report, reportOf } from '../../../server/cli/report';
import { isInteractive, Progress, styleFor } from '../../../server/cli/terminal';
import { checkPaths } from '../../../server/workspace/checkPaths';
import { temporaryFolder } from '../workspace/temporaryFolder';

const DIST = path.join(__dirname, '../../../dist');
const LOSES = '```bash\nX=1\n```\n\n```bash\necho "$X" <&2 "]]>%"\n```\n';
const HOSTILE = 'commands/a,b:c%<&\x07\n.md';

async function report(files: Readonly<Record<string, string>>, paths = ['.']): Promise<Report> {
  const folder = temporaryFolder(files);
  const { files: checked, problems } = reportOf(await checkPaths(paths, folder, DIST), folder);
  return { files: checked, problems };
}

function print(format: string, from: Report, stream = {}, environment = {}): string {
  const options = { workingDirectory: '/project', style: styleFor(stream, environment), known: 0 };
  return FORMATS[format]!(from, options);
}

test('line: a finding a line, whatever a file is called', async () => {
  const found = await report({ 'commands/a.md': LOSES, [HOSTILE]: LOSES });
  const lines = print('line', found).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^commands\/a,b:c%<&\\x07\\n\.md:6:\d+ warning lost-variable X /);
  expect(lines[1]).toMatch(/^commands\/a\.md:6:\d+ warning lost-variable X /);
});

test('github: properties and messages cannot break out', async () => {
  const found = await report({ [HOSTILE]: LOSES }, ['.', 'gone.md']);
  expect(print('github', found)).toMatch(
    /^::warning file=commands\/a%2Cb%3Ac%25<&\x07%0A\.md,line=6,endLine=6,col=\d+,endColumn=\d+,title=crossblock%3A lost-variable::X .*\n::error file=gone\.md,title=crossblock::There is no such file or folder\n$/,
  );
});

test('junit: a failure a finding, well-formed whatever the document holds', async () => {
  const found = await report({ 'commands/clean.md': '# Nothing\n', [HOSTILE]: LOSES }, ['.', 'gone.md']);
  const text = print('junit', found);
  expect(text).toContain('<testsuites name="crossblock" tests="3" failures="1" errors="1">');
  expect(text).toContain('classname="commands/a,b:c%&lt;&amp;\ufffd&#10;.md"');
  expect(text).toContain('<testcase classname="commands/clean.md" name="nothing is lost"/>');
  expect(text).toContain('<error message="There is no such file or folder"/>');
  expect(text).toContain('echo &quot;$X&quot; &lt;&amp;2 &quot;]]&gt;%&quot;');
});

describe('sarif', () => {
  const schemaFile = createRequire(__filename)
    .resolve('@microsoft/jest-sarif')
    .replace(/jest-sarif[\\/].*$/, 'jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false });
  const isValid = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')));

  test('is valid by the published schema', async () => {
    const document = `${LOSES}\n\`\`\`bash\nf() { :; }\n\`\`\`\n\`\`\`bash\nf\nrm -rf "$X/y"\n\`\`\`\n`;
    const found = await report({ 'commands/a.md': document, [HOSTILE]: LOSES }, ['.', 'gone.md']);
    const log = JSON.parse(print('sarif', found));
    expect(isValid(log) ? [] : isValid.errors).toEqual([]);
    expect(log.runs[0].results).toHaveLength(4);
    expect(log.runs[0].invocations[0].executionSuccessful).toBe(false);
    for (const { ruleId, ruleIndex } of log.runs[0].results)
      expect(log.runs[0].tool.driver.rules[ruleIndex].id).toBe(ruleId);
  });

  test('the schema does judge', () => {
    expect(isValid({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false);
  });
});

describe('a terminal', () => {
  const terminal = { isTTY: true };
  test('gets colours and links', async () => {
    const text = print('text', await report({ 'commands/a.md': LOSES }), terminal);
    expect(text).toContain('\x1b[33mwarning\x1b[39m');
    expect(text).toMatch(/\x1b]8;;file:\/\/[^\x1b]*\/commands\/a\.md\x1b\\/);
    expect(text).toMatch(/\x1b]8;;file:\/\/[^\x1b]*docs\/rules\/lost-variable\.md\x1b\\/);
  });

  test('NO_COLOR takes the colours, CI and a pipe everything', async () => {
    const found = await report({ 'commands/a.md': LOSES });
    expect(print('text', found, terminal, { NO_COLOR: '1' })).not.toContain('\x1b[');
    for (const [stream, environment] of [
      [terminal, { CI: 'true' }],
      [terminal, { TERM: 'dumb' }],
      [{ isTTY: false }, {}],
    ] as const) {
      expect(isInteractive(stream, environment)).toBe(false);
      expect(print('text', found, stream, environment)).not.toContain('\x1b');
    }
  });

  test('progress is written there alone, and goes', () => {
    const written = (isTTY: boolean) => {
      const parts: string[] = [];
      const progress = new Progress({ isTTY, write: text => parts.push(text) }, {});
      progress.show('1 of 9 files checked');
      progress.clear();
      return parts;
    };
    expect(written(true)).toEqual(['\r\x1b[K1 of 9 files checked', '\r\x1b[K']);
    expect(written(false)).toEqual([]);
  });
});
