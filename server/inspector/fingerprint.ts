import { createHmac, randomBytes } from 'node:crypto';

/** Of this process alone: nobody can compute from a fingerprint which of some guessed values it stands for. */
const KEY = randomBytes(32);

/** Stands for a value that is not shown, so that a change of it can be: eight hexadecimal digits. */
export function fingerprint(value: string): string {
  return createHmac('sha256', KEY).update(value).digest('hex').slice(0, 8);
}
