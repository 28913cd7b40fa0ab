import type { Counterexample } from './repairCampaign';

/** Something that fixes are known to get wrong; the report counts how often, so that a line which is of no use any more shows. */
interface Excuse {
  readonly says: string;
  readonly covers: (example: Excusable) => boolean;
}

/** A counterexample; of a document that was written by hand, the pieces are not known. */
type Excusable = Pick<Counterexample, 'kind' | 'faults'> & Partial<Pick<Counterexample, 'document'>>;

/** Empty as long as nothing is known. */
const EXCUSES: readonly Excuse[] = [];

/** Why a counterexample is known already; undefined where it is not. */
export function excuseOf(example: Excusable): string | undefined {
  return EXCUSES.find(({ covers }) => covers(example))?.says;
}
