import { type HostProfile, names, STANDING_NAMES, type UnavailableName } from './profile';

/**
 * Claude Code's Bash tool: each call is a shell of its own that starts from the user's snapshot; the main conversation keeps
 * the directory. The text of agents and of files that a skill only points to is not said to be replaced.
 */
export const claudeCode: HostProfile = {
  name: 'claude-code',
  title: 'Claude Code',
  facts: [
    {
      says: 'No variable, function, alias, option or trap of one block reaches the next, exported or not',
      source: 'code.claude.com/docs/en/tools-reference, anthropics/claude-code#2508, #334',
      confidence: 'high',
    },
    {
      says: 'The main conversation keeps the directory while it lies in the project, and drops it where a block fails',
      source: 'code.claude.com/docs/en/tools-reference, anthropics/claude-code#79891, #30720',
      confidence: 'high',
    },
    {
      says: "A subagent starts each block in the project's directory",
      source: 'code.claude.com/docs/en/sub-agents',
      confidence: 'high',
    },
    {
      says: 'A block is evaluated on the left of &&, where set -e is inert, with /dev/null as its input',
      source: 'anthropics/claude-code#90611',
      confidence: 'high',
    },
    {
      says: 'CLAUDE_PROJECT_DIR and CLAUDE_PLUGIN_ROOT are not set for a block; the braced form is replaced in the text of commands and skills',
      source: 'anthropics/claude-code#48230, code.claude.com/docs/en/skills',
      confidence: 'high',
    },
    {
      says: 'CLAUDE_CODE_SESSION_ID is the same in every block and subagent of a conversation',
      source: 'anthropics/claude-code#74417',
      confidence: 'high',
    },
    {
      says: 'In commands and skills, $0, $1, … are replaced by the arguments, counted from 0, in fences too; without such an argument they stay',
      source: 'code.claude.com/docs/en/skills, anthropics/claude-code#78759, #94709',
      confidence: 'high',
    },
    {
      says: 'The file that CLAUDE_ENV_FILE names is run before each block',
      source: 'code.claude.com/docs/en/hooks, open-gsd/gsd-core#1084',
      confidence: 'medium',
    },
  ],
  keepsShell: false,
  shell: 'bash',
  environmentFile: 'CLAUDE_ENV_FILE',
  directory: 'keptInProject',
  subagentDirectory: 'dropped',
  errexitIsInert: true,
  closesInput: true,
  provides: new Set([
    ...STANDING_NAMES,
    ...names(
      'CLAUDECODE CLAUDE_CODE_SESSION_ID CLAUDE_EFFORT CLAUDE_PID AI_AGENT CLAUDE_CODE_CHILD_SESSION CLAUDE_ENV_FILE',
    ),
    // Replaced in the text, in whatever form it stands there.
    'ARGUMENTS',
  ]),
  textSubstitution: {
    kinds: new Set(['command', 'skill']),
    // `${CLAUDE_PROJECT_DIR}` since 2.1.196; those of plugins in their files.
    names: new Set(
      names(
        'CLAUDE_SESSION_ID CLAUDE_EFFORT CLAUDE_SKILL_DIR CLAUDE_PROJECT_DIR CLAUDE_PLUGIN_ROOT CLAUDE_PLUGIN_DATA',
      ),
    ),
    firstArgument: 0,
    missingArgument: 'stays',
  },
  unavailable: new Map<string, UnavailableName>([
    [
      'CLAUDE_PROJECT_DIR',
      { setFor: 'hooks and MCP servers', instead: '"$(git rev-parse --show-toplevel)"' },
    ],
    ['CLAUDE_PLUGIN_ROOT', { setFor: 'hooks and MCP servers', instead: undefined }],
    ['CLAUDE_PLUGIN_DATA', { setFor: 'hooks and MCP servers', instead: undefined }],
    ['CLAUDE_SESSION_ID', { setFor: undefined, instead: '"$CLAUDE_CODE_SESSION_ID"' }],
    ['CLAUDE_SKILL_DIR', { setFor: undefined, instead: undefined }],
  ]),
};

/** The names of Claude Code as another host has them: not at all, though authors who come from there expect them. */
export const NAMES_OF_CLAUDE_CODE: ReadonlyMap<string, UnavailableName> = new Map(
  [
    ...claudeCode.unavailable,
    ['CLAUDE_CODE_SESSION_ID', { setFor: undefined, instead: undefined }] as const,
  ].map(([name, { instead }]) => [
    name,
    // What stands for it there is a name of Claude Code as well.
    {
      of: claudeCode.title,
      setFor: undefined,
      instead: name === 'CLAUDE_PROJECT_DIR' ? instead : undefined,
    },
  ]),
);
