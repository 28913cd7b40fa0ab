import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isObject } from '../analysis/table';
import { slashes } from '../workspace/project';
import { UsageError } from './command';
import type { FileReport, Report, ReportedFinding } from './report';

/** Findings that a project has accepted: per file, how often each fingerprint occurs. Files are relative to the baseline's folder. */
export type Baseline = ReadonlyMap<string, ReadonlyMap<string, number>>;

const VERSION = 1;

/**
 * Reads a baseline.
 * @throws UsageError where the file is missing or is none
 */
export async function readBaseline(file: string): Promise<Baseline> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const what = reason ? 'there is no such file' : String(error instanceof Error ? error.message : error);
    throw new UsageError(
      `The baseline ${file} cannot be read: ${what}; --update-baseline writes it with what is found now`,
    );
  }
  const baseline = parseBaseline(text);
  if (baseline === undefined)
    throw new UsageError(
      `${file} is no baseline of this version; --update-baseline writes one, into another file if this one is something else`,
    );
  return baseline;
}

function parseBaseline(text: string): Baseline | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value.version !== VERSION || !isObject(value.files)) return undefined;
  const files = new Map<string, ReadonlyMap<string, number>>();
  for (const [file, counts] of Object.entries(value.files)) {
    if (!isObject(counts)) return undefined;
    const entries = Object.entries(counts).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    );
    files.set(file, new Map(entries));
  }
  return files;
}

/** A report without the findings that a baseline knows, and how many those were. */
export function withoutKnown(
  report: Report,
  baseline: Baseline,
  folder: string,
): { readonly report: Report; readonly known: number } {
  let known = 0;
  const files = report.files.map(file => {
    const left = new Map(baseline.get(nameIn(folder, file)) ?? []);
    const findings = file.findings.filter(({ fingerprint }) => {
      const count = left.get(fingerprint) ?? 0;
      if (count === 0) return true;
      left.set(fingerprint, count - 1);
      known++;
      return false;
    });
    return { ...file, findings };
  });
  return { report: { ...report, files }, known };
}

/**
 * Writes what is found now into a baseline; of files that were not checked it keeps what it holds.
 * @throws where the file cannot be written, or is something else than a baseline
 */
export async function updateBaseline(file: string, report: Report): Promise<number> {
  const folder = path.dirname(file);
  const before = await readExisting(file);
  const files = new Map(before);
  let count = 0;
  for (const checked of report.files) {
    const name = nameIn(folder, checked);
    if (checked.findings.length === 0) files.delete(name);
    else files.set(name, countsOf(checked.findings));
    count += checked.findings.length;
  }
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const plain = Object.fromEntries(sorted.map(([name, counts]) => [name, Object.fromEntries(counts)]));
  // Written beside and moved: a run that is interrupted leaves the old one whole.
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify({ version: VERSION, files: plain }, undefined, 2)}\n`);
  await rename(temporary, file);
  return count;
}

async function readExisting(file: string): Promise<Baseline> {
  try {
    await readFile(file);
  } catch {
    return new Map();
  }
  return readBaseline(file);
}

function countsOf(findings: readonly ReportedFinding[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { fingerprint } of findings) counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function nameIn(folder: string, { path: file }: FileReport): string {
  return slashes(path.relative(folder, file));
}
