// Everything that has to hold, stage by stage; ends with one line that counts the tests of all runners.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/**
 * One stage. `needs` names stages without which it makes no sense; `counts` reads the tests from its last such line, or
 * from a report file of vitest.
 * @typedef {{ readonly name: string, readonly command: readonly string[], readonly needs?: readonly string[],
 *   readonly report?: string, readonly ui?: true }} Stage
 * @typedef {{ readonly name: string, readonly seconds: number, readonly outcome: 'passed' | 'failed' | 'not run' | 'skipped',
 *   readonly passed: number, readonly failed: number, readonly again?: boolean }} StageResult
 */

const root = path.dirname(import.meta.dirname);
const VITEST_REPORT = 'test-results/vitest.json';
const node = process.execPath;

/** @type {readonly Stage[]} */
const STAGES = [
  { name: 'build', command: [node, 'scripts/build.mjs'] },
  { name: 'types', command: [node, tool('typescript', 'tsc'), '--noEmit'] },
  { name: 'lint and format', command: [node, tool('@biomejs/biome', 'biome'), 'check', '.'] },
  { name: 'dead code', command: [node, tool('knip', 'knip')] },
  {
    name: 'unit, suites, oracle',
    command: [
      node,
      tool('vitest', 'vitest'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${VITEST_REPORT}`,
    ],
    report: VITEST_REPORT,
  },
  { name: 'VS Code setup', command: [node, 'test/vscode/setup.mjs'], ui: true },
  {
    name: 'extension host',
    command: [node, 'test/vscode/host.mjs'],
    needs: ['build', 'VS Code setup'],
    ui: true,
  },
  { name: 'UI scenario', command: [node, 'test/vscode/ui.mjs'], needs: ['build', 'VS Code setup'], ui: true },
  {
    name: 'Block Flow',
    command: [node, 'test/vscode/blockFlow.mjs'],
    needs: ['build', 'VS Code setup'],
    ui: true,
  },
  {
    name: 'UI scenario of the features',
    command: [node, 'test/vscode/features.mjs'],
    needs: ['build', 'VS Code setup'],
    ui: true,
  },
  {
    name: 'UI of the State Inspector',
    command: [node, 'test/vscode/inspector.mjs'],
    needs: ['build', 'VS Code setup'],
    ui: true,
  },
  {
    name: 'status and walkthrough',
    command: [node, 'test/vscode/citizen.mjs'],
    needs: ['build', 'VS Code setup'],
    ui: true,
  },
  {
    name: 'damaged installation',
    command: [node, 'test/vscode/damaged.mjs'],
    needs: ['build', 'VS Code setup'],
    ui: true,
  },
  {
    name: 'packed VSIX',
    command: [node, 'test/vscode/smoke.mjs'],
    needs: ['build', 'VS Code setup'],
    ui: true,
  },
];

const inCi = Boolean(process.env.CI) && process.env.CI !== 'false';
const skipUi = process.env.CROSSBLOCK_SKIP_UI === '1';
if (skipUi && inCi) {
  console.error('CROSSBLOCK_SKIP_UI is set, but in CI the tests in VS Code are never skipped.');
  process.exit(1);
}

mkdirSync(path.join(root, 'test-results'), { recursive: true });
/** @type {StageResult[]} */
const results = [];
for (const stage of STAGES) results.push(await runStage(stage, results));
printSummary(results);

/** @returns {Promise<StageResult>} */
async function runStage(stage, earlier) {
  const { name } = stage;
  console.log(`\n== ${name}`);
  if (stage.ui && skipUi) return { name, seconds: 0, outcome: 'skipped', passed: 0, failed: 0 };
  const broken = earlier.find(result => stage.needs?.includes(result.name) && result.outcome !== 'passed');
  if (broken) {
    console.log(`not run: "${broken.name}" has to pass first`);
    return { name, seconds: 0, outcome: 'not run', passed: 0, failed: 1 };
  }
  const start = performance.now();
  let attempt = await runOnce(stage);
  // A click can fall between two drawings of VS Code, on a busy machine above all. What is broken fails twice.
  const again = !attempt.ok && stage.ui === true;
  if (again) {
    console.log(`\n== ${name}, once more`);
    attempt = await runOnce(stage);
  }
  return {
    name,
    seconds: (performance.now() - start) / 1000,
    outcome: attempt.ok ? 'passed' : 'failed',
    passed: attempt.passed,
    // A stage without tests of its own counts as one where it fails, so that the last line cannot look clean.
    failed: attempt.ok ? 0 : Math.max(1, attempt.failed),
    again,
  };
}

/** @param {Stage} stage */
async function runOnce({ command, report }) {
  if (report) rmSync(path.join(root, report), { force: true });
  const { exitCode, passed, failed } = await run(command);
  const counted = report ? readReport(report) : { passed, failed };
  return { ...counted, ok: exitCode === 0 && counted.failed === 0 };
}

/** Runs a command and passes on what it prints, but for the line with its counts: only the sum is to stand alone. */
function run([command, ...args]) {
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let counts = { passed: 0, failed: 0 };
    createInterface({ input: child.stdout }).on('line', line => {
      const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(line) ?? [];
      if (passed === undefined) console.log(line);
      else counts = { passed: Number(passed), failed: Number(failed) };
    });
    createInterface({ input: child.stderr }).on('line', line => console.error(line));
    child.once('close', exitCode => resolve({ exitCode, ...counts }));
  });
}

/** A missing or broken report means that the runner itself failed. */
function readReport(file) {
  try {
    const report = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
    return { passed: report.numPassedTests, failed: report.numFailedTests };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

function printSummary(stages) {
  const sum = key => stages.reduce((total, stage) => total + stage[key], 0);
  console.log('\n== summary');
  for (const { name, seconds, outcome, passed, failed, again } of stages) {
    const tests = passed + failed > 0 ? `  ${passed} passed, ${failed} failed` : '';
    const attempt = again ? '  (second attempt)' : '';
    console.log(
      `  ${name.padEnd(22)} ${outcome.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s${tests}${attempt}`,
    );
  }
  console.log(`  ${'total'.padEnd(31)} ${sum('seconds').toFixed(1).padStart(6)} s`);
  if (skipUi) console.log('  The tests in VS Code were skipped: CROSSBLOCK_SKIP_UI=1.');
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = stages.every(({ outcome }) => outcome === 'passed' || outcome === 'skipped') ? 0 : 1;
}

/** @returns {string} the script of a tool from node_modules, which Node can run on any system */
function tool(packageName, binary) {
  const folder = path.join(import.meta.dirname, '../node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return path.join(folder, typeof bin === 'string' ? bin : bin[binary]);
}
