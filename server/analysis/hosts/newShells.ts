import { NAMES_OF_CLAUDE_CODE } from './claudeCode';
import { type HostProfile, NO_SUBSTITUTION, names, STANDING_NAMES } from './profile';

/**
 * Any host that starts a new shell for each block in the project's directory: nothing at all is kept. What else such a host does
 * to a block is not known here, so that rules about it stay silent.
 */
export const generic: HostProfile = {
  name: 'generic',
  title: 'the host',
  facts: [
    {
      says: 'Goose runs each call in a new shell; it sets GOOSE_TERMINAL and AGENT_SESSION_ID',
      source: 'aaif-goose/goose#8146, #4205, #10428',
      confidence: 'high',
    },
    {
      says: 'Amp and Zed run each call in a new shell, and keep neither the environment nor the directory',
      source: 'how they describe their shell tools to the model',
      confidence: 'medium',
    },
    {
      says: 'Skills in .agents/ are read by several hosts, Codex CLI among them, which have that in common',
      source: 'developers.openai.com/codex/skills',
      confidence: 'medium',
    },
  ],
  keepsShell: false,
  shell: 'bash',
  environmentFile: undefined,
  directory: 'dropped',
  subagentDirectory: 'dropped',
  errexitIsInert: false,
  closesInput: false,
  // The arguments of a skill, which its reader fills in where no host does.
  provides: new Set([...STANDING_NAMES, ...names('ARGUMENTS GOOSE_TERMINAL AGENT_SESSION_ID')]),
  textSubstitution: NO_SUBSTITUTION,
  unavailable: NAMES_OF_CLAUDE_CODE,
};

export const codex: HostProfile = {
  ...generic,
  name: 'codex',
  title: 'Codex CLI',
  facts: [
    {
      says: 'Each call is a bash -lc of its own: neither the environment nor the directory is kept; a call names its directory',
      source: 'openai/codex#18552, #6510',
      confidence: 'high',
    },
    {
      says: 'Standard input is /dev/null',
      source: 'openai/codex, codex-rs/core/src/spawn.rs (StdioPolicy::RedirectForShellTool)',
      confidence: 'medium',
    },
    {
      says: 'Nothing is replaced in the text of a skill',
      source: 'developers.openai.com/codex/skills',
      confidence: 'high',
    },
    {
      says: 'CODEX_SANDBOX and CODEX_SANDBOX_NETWORK_DISABLED tell a block of its sandbox',
      source: 'openai/codex, codex-rs/core/src/spawn.rs',
      confidence: 'high',
    },
    {
      says: 'The line ends of a block may be flattened, so that an assignment becomes a prefix of the next command',
      source: 'EveryInc/compound-engineering-plugin#1105',
      confidence: 'medium',
    },
  ],
  closesInput: true,
  provides: new Set([
    ...generic.provides,
    ...names('CODEX_SANDBOX CODEX_SANDBOX_NETWORK_DISABLED CODEX_THREAD_ID CODEX_CI'),
  ]),
};

export const gemini: HostProfile = {
  ...generic,
  name: 'gemini',
  title: 'Gemini CLI',
  facts: [
    {
      says: "Each call is a bash -c of its own, in the directory that the call names, else in the project's",
      source: 'google-gemini/gemini-cli, docs/tools/shell.md',
      confidence: 'high',
    },
    {
      says: 'GEMINI_CLI=1 is set for a block',
      source: 'google-gemini/gemini-cli, docs/tools/shell.md',
      confidence: 'high',
    },
    {
      says: 'Commands are TOML, with {{args}}, !{cmd} and @{file}; nothing is replaced in Markdown',
      source: 'google-gemini/gemini-cli, docs/cli/custom-commands.md',
      confidence: 'high',
    },
    {
      says: 'A block may have a terminal to read from, or none: that is a setting',
      source: 'google-gemini/gemini-cli, docs/tools/shell.md (tools.shell.enableInteractiveShell)',
      confidence: 'medium',
    },
  ],
  provides: new Set([...generic.provides, 'GEMINI_CLI']),
};

export const openCode: HostProfile = {
  ...generic,
  name: 'opencode',
  title: 'OpenCode',
  facts: [
    {
      says: 'Each call is a new shell: neither variables nor the directory are kept',
      source: 'anomalyco/opencode#43003, #23449',
      confidence: 'high',
    },
    {
      says: 'In commands, $1, $2, … are replaced by the arguments, counted from 1, in fences too; the last number takes all the rest',
      source: 'opencode.ai/docs/commands, anomalyco/opencode, packages/opencode/src/session/prompt.ts',
      confidence: 'high',
    },
    {
      says: 'A number without an argument is replaced by nothing, also where the command takes none',
      source: 'anomalyco/opencode, packages/opencode/src/session/prompt.ts',
      confidence: 'medium',
    },
    {
      says: '$ARGUMENTS is replaced by the whole text of the arguments',
      source: 'opencode.ai/docs/commands',
      confidence: 'high',
    },
  ],
  textSubstitution: {
    kinds: new Set(['command']),
    names: new Set(),
    firstArgument: 1,
    missingArgument: 'vanishes',
    lastTakesRest: true,
  },
};
