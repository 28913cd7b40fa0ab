import path from 'node:path';
import { escapeForDisplay } from '../inspector/display';
import { checkTargets, findTargets, type Target } from '../workspace/checkPaths';
import { amount } from './amount';
import { readBaseline, updateBaseline, withoutKnown } from './baseline';
import { CHECK_HELP, CHECK_OPTIONS, type CheckRequest, parseCheckWords } from './checkOptions';
import type { Command } from './command';
import { displayPath } from './displayPath';
import { type FixRequest, fixFiles } from './fix';
import { workingFolder } from './options';
import { type FileReport, type Report, reportOf } from './report';
import { isSelected, selectFindings } from './selection';
import { readStandardInput } from './standardInput';
import { startStatistics } from './statistics';
import { Progress, styleFor } from './terminal';
import { watchPaths } from './watch';
import { checkWith } from './workers';

/** `crossblock check`: finds command markdown and prints what is lost in it. */
export const check: Command = {
  name: 'check',
  summary: 'finds command markdown and prints what is lost between its blocks',
  help: CHECK_HELP,
  options: CHECK_OPTIONS,
  async run(words) {
    const request = parseCheckWords(words);
    const folder = workingFolder();
    if (!request.watch) return checkOnce(request, folder);
    await watchPaths(request.paths, folder, () => checkOnce(request, folder));
    return 0;
  },
};

/** @returns the exit code */
async function checkOnce(request: CheckRequest, folder: string): Promise<number> {
  const { baseline, format } = request;
  const file = baseline && path.resolve(folder, baseline);
  // Read first: a baseline that is none is not worth the wait.
  const accepted =
    file === undefined || request.updateBaseline ? new Map<string, never>() : await readBaseline(file);
  const { report: checked, patch, summary } = await checkedReport(request, folder);
  const selected = selectFindings(checked, request);
  if (file !== undefined && request.updateBaseline) {
    const count = await updateBaseline(file, selected);
    process.stdout.write(
      `${escapeForDisplay(displayPath(file, folder))} holds ${amount(count, 'finding')} now\n`,
    );
    tellProblems(selected);
    return selected.problems.length > 0 ? 2 : 0;
  }
  if (request.fix?.dryRun === true) {
    process.stdout.write(patch);
    tellProblems(selected);
    return patch !== '' && selected.problems.length === 0 ? 1 : exitCode(selected);
  }
  // Beside the formats, which programs read.
  process.stderr.write(summary);
  const { report, known } = withoutKnown(selected, accepted, path.dirname(file ?? folder));
  const style = styleFor(process.stdout, process.env);
  process.stdout.write(format(report, { workingDirectory: folder, style, known }));
  tellProblems(report);
  return exitCode(report);
}

interface CheckedReport {
  readonly report: Report;
  /** What was mended, or would be, as a patch; empty where nothing was asked for. */
  readonly patch: string;
  /** The same in words. */
  readonly summary: string;
}

async function checkedReport(request: CheckRequest, folder: string): Promise<CheckedReport> {
  const statistics = startStatistics();
  const found = await findTargets(request.stdin === undefined ? request.paths : [], folder);
  const targets =
    request.stdin === undefined ? found.targets : [await standardInputTarget(request.stdin, folder)];
  statistics.found();
  // What mends a file analyses it again and again: that stays in this thread.
  const workers = request.fix === undefined ? request.workers : 0;
  const progress = new Progress(process.stderr, process.env);
  let done = 0;
  const onFile = () => progress.show(`${++done} of ${targets.length} files checked`);
  const { report: checked, ...fixed } =
    request.fix === undefined
      ? { report: await checkWith(workers, targets, folder, request.host, onFile), patch: '', summary: '' }
      : await fixedReport(targets, request, request.fix, folder, progress, onFile);
  const { files, problems } = checked;
  progress.clear();
  const shown = (errors: readonly { readonly file: string; readonly message: string }[]) =>
    errors.map(({ file, message }) => ({ file: displayPath(file, folder), message }));
  const report = {
    files,
    problems: [...shown(found.errors), ...problems, ...shown(found.configurationProblems)],
  };
  if (request.stats) process.stderr.write(statistics.describe(report, workers));
  return { report, ...fixed };
}

async function fixedReport(
  targets: readonly Target[],
  request: CheckRequest,
  fix: FixRequest,
  folder: string,
  progress: Progress,
  onFile: () => void,
): Promise<CheckedReport> {
  const checked = await checkTargets(targets, { asked: request.host, onFile });
  const { result, ...fixed } = await fixFiles(checked, fix, folder, {
    wants: finding => isSelected(finding, request),
    onProgress: what => progress.show(what),
  });
  return { report: reportOf(result, folder), ...fixed };
}

/** The text on standard input, at the place that is named; where none is, it counts as command markdown. */
async function standardInputTarget(name: string, folder: string): Promise<Target> {
  const file = path.resolve(folder, name);
  return { file, folder, isNamed: true, text: await readStandardInput() };
}

function tellProblems({ problems }: Report): void {
  for (const { file, message } of problems)
    process.stderr.write(`crossblock: ${escapeForDisplay(file)}: ${escapeForDisplay(message)}\n`);
}

/** What could not be checked weighs more than what was found. */
function exitCode({ files, problems }: Report): number {
  if (problems.length > 0) return 2;
  const matters = ({ findings }: FileReport) =>
    findings.some(({ severity }) => severity === 'error' || severity === 'warning');
  return files.some(matters) ? 1 : 0;
}
