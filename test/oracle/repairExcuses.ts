import type { Counterexample } from './repairCampaign';
import { constructsOf } from './repairGenerator';

/** Something that fixes are known to get wrong; the report counts how often, so that a line which is of no use any more shows. */
interface Excuse {
  readonly says: string;
  readonly covers: (example: Excusable) => boolean;
}

/** A counterexample; of a document that was written by hand, the pieces are not known. */
type Excusable = Pick<Counterexample, 'kind' | 'faults'> & Partial<Pick<Counterexample, 'document'>>;

const has = ({ document }: Excusable, ...constructs: readonly string[]) =>
  document !== undefined && constructs.some(construct => constructsOf(document).includes(construct));

const EXCUSES: readonly Excuse[] = [
  {
    says: 'FIXME: what only one of several ways gives is recalculated as if it had been gone',
    covers: example => has(example, 'alternatives'),
  },
  {
    says: 'FIXME: the current directory is recalculated, whatever the agent has done to it',
    covers: example =>
      /: (?:other )?read/.test(example.kind) &&
      has(example, 'directory', 'PWD') &&
      has(example, 'agent changes the directory'),
  },
  {
    says: 'FIXME: a function that the block defines itself further down is offered as a fix without lines',
    covers: ({ faults }) => faults.every(fault => fault.startsWith('safe fix, but left: lost-function')),
  },
  {
    says: 'FIXME: a block with set -u ends at a name without a value, and what follows is recalculated all the same',
    covers: example => has(example, 'set -u', 'set -euo pipefail') && !example.kind.includes('left'),
  },
];

/** Why a counterexample is known already; undefined where it is not. */
export function excuseOf(example: Excusable): string | undefined {
  return EXCUSES.find(({ covers }) => covers(example))?.says;
}
