import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A judgement of one read, made by a person who read the file. */
export interface Label {
  readonly repository: string;
  readonly path: string;
  /** Line of the read, from 1. */
  readonly line: number;
  readonly name: string;
  readonly kind: string;
  readonly verdict: string;
  readonly note: string;
}

export interface IndexRow {
  readonly repository: string;
  readonly path: string;
  readonly kind: string;
}

function rows(file: string): string[][] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map(line => line.split('\t'));
}

export function readLabels(corpus: string): readonly Label[] {
  return rows(path.join(corpus, 'labels.tsv')).map(
    ([repository, file, line, name, kind, verdict, , note]) => ({
      repository: repository!,
      path: file!,
      line: Number(line),
      name: name!,
      kind: kind!,
      verdict: verdict!,
      note: note ?? '',
    }),
  );
}

export function readIndex(corpus: string): readonly IndexRow[] {
  return rows(path.join(corpus, 'index.tsv')).map(([repository, , file, , , kind]) => ({
    repository: repository!,
    path: file!,
    kind: kind!,
  }));
}

/** The folder in which a file of the corpus lies, below the unpacked `files`. */
export function locationOf(row: { readonly repository: string; readonly path: string }): string {
  return path.join(row.repository.replace('/', '+'), row.path);
}
