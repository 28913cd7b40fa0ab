import { allSteps, type Choice, type Read } from '../shell/script';
import type { State } from './state';

/**
 * The reads that a choice excuses. A test that is followed by a definition of the name it tests is a guard: the name is
 * recalculated where it is lost; and where the other branch runs, there is a value.
 * @param before what is true before the choice
 * @param ends what is true behind each of its branches
 */
export function* excusedReads(
  { tests, branches }: Pick<Choice, 'tests' | 'branches'>,
  before: State,
  ends: readonly State[],
): Generator<Read> {
  for (const { read, firstWhenEmpty } of tests) {
    const { name } = read;
    // A function's test may be lost in one call, and see a value in the next.
    if (before.names.has(name)) continue;
    const runsWhenEmpty = (index: number) => (index === 0) === firstWhenEmpty;
    if (!ends.some((end, index) => runsWhenEmpty(index) && !end.dead && end.names.has(name))) continue;
    yield read;
    for (const [index, branch] of branches.entries()) {
      if (runsWhenEmpty(index)) continue;
      for (const step of allSteps(branch)) if (step.kind === 'read' && step.name === name) yield step;
    }
  }
}
