import { createHash } from 'node:crypto';
import type { RuleName } from '../analysis/finding';

/** What a finding is known by when lines above it come and go: its rule, its name and its line without white space around. */
export function fingerprintOf(rule: RuleName, name: string | undefined, source: string): string {
  const parts = [rule, name ?? '', source.trim().replace(/\s+/g, ' ')];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}
