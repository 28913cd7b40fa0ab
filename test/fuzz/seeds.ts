import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Documents to start from: the suites, which hold every construct that is understood, and the examples. */
export function documentSeeds(root: string): readonly string[] {
  return ['test/suites', 'examples'].flatMap(folder =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.md'))
      .sort()
      .map(file => readFileSync(path.join(root, folder, file), 'utf8').slice(0, 6_000)),
  );
}

/** State files to start from. */
export const STATE_SEEDS: readonly string[] = [
  'PLAN=/tmp/x\nTOPIC="a b"\nexport N=1\n',
  "declare -a L=([0]='a' [1]='b')\ndeclare -A M=([k]=v)\ndeclare -x E\n",
  'A=$\'a\\nb\'\nB="$(date)"\nC=a\\ b\n',
  '{"a":{"b":[1,true,"x"]},"e":{},"n":null}',
  'TITLE=two words\nN=1\n# comment\n',
  'A=1\0B=two\nlines\0',
  '/home/me/plan.md\n',
];
