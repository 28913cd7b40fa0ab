import { type HostProfile, names, STANDING_NAMES } from './profile';

/**
 * Claude Code's Bash tool: each call is a shell of its own that starts from the user's snapshot; the main conversation keeps
 * the directory. Sources: code.claude.com/docs/en/tools-reference and /skills; github.com/anthropics/claude-code#2508, #334
 * (nothing survives), #48230 (CLAUDE_PROJECT_DIR and CLAUDE_PLUGIN_ROOT are not set for the tool; the braced form is text
 * that the host replaces), #74417 (the session's id is the same in every block and subagent).
 */
export const claudeCode: HostProfile = {
  name: 'claude-code',
  title: 'Claude Code',
  keepsShell: false,
  provides: new Set([
    ...STANDING_NAMES,
    ...names(
      'CLAUDECODE CLAUDE_CODE_SESSION_ID CLAUDE_EFFORT CLAUDE_PID AI_AGENT CLAUDE_CODE_CHILD_SESSION CLAUDE_ENV_FILE',
    ),
    // Replaced in the text, not in the environment; an assignment from the author's own guard is no loss either way.
    ...names('ARGUMENTS CLAUDE_SESSION_ID CLAUDE_SKILL_DIR CLAUDE_PLUGIN_ROOT CLAUDE_PLUGIN_DATA'),
  ]),
};
