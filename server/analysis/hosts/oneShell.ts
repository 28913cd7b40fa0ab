import { generic } from './newShells';
import { type HostProfile, STANDING_NAMES } from './profile';

/** The agent of VS Code types into a terminal that stays open: nothing is lost between two blocks. */
export const vscode: HostProfile = {
  ...generic,
  name: 'vscode',
  title: "VS Code's agent",
  facts: [
    {
      says: 'Blocks run in a terminal that stays open, with its variables and its directory',
      source: 'microsoft/vscode, src/vs/workbench/contrib/terminalContrib/chatAgentTools',
      confidence: 'medium',
    },
    {
      says: 'A terminal that is busy or was closed is replaced by a new one, which has nothing of it',
      source: 'microsoft/vscode#268798, #268053',
      confidence: 'low',
    },
    {
      says: 'The user can type into the terminal, so that a question is answered',
      source: 'microsoft/vscode#323399',
      confidence: 'medium',
    },
    {
      says: 'COPILOT_AGENT=1 is set in it',
      source: 'microsoft/vscode#311734, #316267',
      confidence: 'high',
    },
    {
      says: '${input:name} is replaced in the text of prompt files',
      source: 'the documentation of prompt files, code.visualstudio.com/docs/copilot',
      confidence: 'high',
    },
  ],
  keepsShell: true,
  directory: 'kept',
  subagentDirectory: 'kept',
  provides: new Set([...generic.provides, 'COPILOT_AGENT', 'TERM_PROGRAM']),
};

/** The bash tool of Anthropic's API: one session, which the program that offers the tool keeps. */
export const anthropicApi: HostProfile = {
  ...vscode,
  name: 'anthropic-api',
  title: 'the bash tool',
  facts: [
    {
      says: 'One bash session runs all blocks, with its variables and its directory, until it is restarted',
      source: 'platform.claude.com/docs/en/agents-and-tools/tool-use/bash-tool',
      confidence: 'high',
    },
    {
      says: 'Programs that ask are not supported; what a read gets depends on the program that offers the tool',
      source: 'platform.claude.com/docs/en/agents-and-tools/tool-use/bash-tool',
      confidence: 'medium',
    },
  ],
  provides: new Set([...STANDING_NAMES, 'ARGUMENTS']),
};
