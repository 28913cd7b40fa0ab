import { expect, test } from 'vitest';
import { RestartPolicy } from '../../../client/restartPolicy';

test('a server that crashes again and again is given up', () => {
  const policy = new RestartPolicy(2, 1_000);
  expect([0, 10, 20, 30].map(now => policy.mayRestart(now))).toEqual([true, true, false, false]);
});

test('crashes that lie far apart never add up', () => {
  const policy = new RestartPolicy(1, 1_000);
  expect([0, 1_000, 2_000, 2_500].map(now => policy.mayRestart(now))).toEqual([true, true, true, false]);
});
