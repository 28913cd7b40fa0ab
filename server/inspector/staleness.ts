import type { Staleness, StateClaim } from './types';

/** Milliseconds after which a file counts as a leftover where no setting says otherwise. */
export const DEFAULT_STALE_AFTER = 24 * 3_600_000;
/** Milliseconds for which a file is left alone although its process has ended: its path may have been handed on. */
const GRACE = 10 * 60_000;

/**
 * Whether a file is a leftover.
 * @param name as it is, not escaped
 * @param modified milliseconds since 1970, as `now`
 */
export function stalenessOf(
  { name, modified }: { readonly name: string; readonly modified: number },
  claims: readonly StateClaim[],
  now: number,
  staleAfter: number,
): Staleness | undefined {
  // What documents only load is no leftover of theirs: a library, or somebody else's file.
  if (claims.length > 0 && claims.every(({ access }) => access === 'load')) return undefined;
  const age = now - modified;
  if (age > staleAfter) return 'old';
  if (age < GRACE) return undefined;
  const id = claims.map(claim => processIn(name, claim)).find(found => found !== undefined);
  return id !== undefined && !isRunning(id) ? 'processEnded' : undefined;
}

/** The process id in a name such as `state_4711.sh`, where a document says that one stands there. */
function processIn(name: string, { process: around }: StateClaim): number | undefined {
  if (around === undefined || !name.startsWith(around.before) || !name.endsWith(around.behind))
    return undefined;
  const id = name.slice(around.before.length, Math.max(0, name.length - around.behind.length));
  return /^[1-9]\d{0,8}$/.test(id) ? Number(id) : undefined;
}

function isRunning(id: number): boolean {
  try {
    // Signal 0 is none: it only asks.
    process.kill(id, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
