import { claudeCode } from './claudeCode';
import type { HostName, HostProfile } from './profile';

/**
 * Hosts of which nobody has written down what they keep between two blocks. They are treated like Claude Code, the strictest of
 * which much is known, and every message says so.
 */
export const UNKNOWN_HOSTS: readonly HostProfile[] = (
  [
    ['cursor', 'Cursor'],
    ['windsurf', 'Windsurf'],
    ['copilot-cli', 'Copilot CLI'],
    ['cline', 'Cline'],
    ['roo', 'Roo Code'],
  ] as const
).map(([name, title]) => treatedLikeClaudeCode(name, title));

function treatedLikeClaudeCode(name: HostName, title: string): HostProfile {
  return {
    ...claudeCode,
    name,
    title: `${title} (treated like Claude Code)`,
    facts: [
      {
        says: `What ${title} keeps between two blocks is not documented: it is treated like Claude Code`,
        source: 'no source',
        confidence: 'low',
      },
    ],
  };
}
