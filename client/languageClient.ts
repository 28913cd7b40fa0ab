import { type ExtensionContext, type LogOutputChannel, l10n, workspace } from 'vscode';
import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  RevealOutputChannelOn,
  TransportKind,
} from 'vscode-languageclient/node';
import type { ClientOptions } from '../server/protocol';
import { SHOW_BLOCK_FLOW } from './blockFlow';
import { FIX_WORKSPACE_COMMAND } from './fixWorkspace';
import { reportStoppedServer, warn } from './messages';
import { RestartPolicy } from './restartPolicy';
import { SHOW_RULE } from './rulePages';

/**
 * Markdown on disk. Newer versions of VS Code give the files that agents read languages of their own: `SKILL.md` is a
 * `skill`, `.claude/agents/*.md` a `chatagent`, `*.prompt.md` a `prompt`; all of them are Markdown.
 */
export const documentSelector = ['markdown', 'prompt', 'instructions', 'chatagent', 'skill'].map(
  language => ({
    scheme: 'file',
    language,
  }),
);

/**
 * V8 lets its nursery grow to 32 MB where a process is busy for a while, and takes long to give it back. What a keystroke leaves
 * behind fits into 8 MB.
 */
const SMALL_NURSERY = '--max-semi-space-size=4';

const SHOW_STATE_FILE = 'crossblock.stateFiles.show';

/** The client of `dist/server.js`, not yet started. */
export function createLanguageClient(context: ExtensionContext, output: LogOutputChannel): LanguageClient {
  const server = { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc };
  const run = { ...server, options: { execArgv: [SMALL_NURSERY] } };
  const debug = { ...server, options: { execArgv: ['--nolazy', '--inspect=6109'] } };
  return new LanguageClient(
    'crossblock',
    'Crossblock',
    { run, debug },
    {
      documentSelector,
      initializationOptions: (): ClientOptions => ({
        trusted: workspace.isTrusted,
        showStateFile: SHOW_STATE_FILE,
        blockCommand: SHOW_BLOCK_FLOW,
        showRule: SHOW_RULE,
        fixWorkspace: FIX_WORKSPACE_COMMAND,
      }),
      // Of the links in a hover, only the one that shows a state file is a command.
      markdown: { isTrusted: { enabledCommands: [SHOW_STATE_FILE] } },
      outputChannel: output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      errorHandler: createErrorHandler(new RestartPolicy()),
    },
  );
}

/** Starts a crashed server again and says so; gives up, with a way out, where it crashes again and again. */
function createErrorHandler(policy: RestartPolicy): ErrorHandler {
  return {
    // A single message that could not be sent or read is logged; a connection that keeps failing is given up.
    error: (_error, _message, count) => ({
      action: count !== undefined && count <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
    }),
    closed: () => (policy.mayRestart(Date.now()) ? restartVisibly() : giveUpVisibly(policy)),
  };
}

function restartVisibly(): CloseHandlerResult {
  const message = l10n.t('The Crossblock language server stopped unexpectedly and was started again.');
  void warn(message);
  return { action: CloseAction.Restart, message, handled: true };
}

function giveUpVisibly(policy: RestartPolicy): CloseHandlerResult {
  const message = l10n.t(
    'The Crossblock language server stopped {0} times within {1} minutes and stays stopped: no file is checked.',
    policy.limit + 1,
    policy.windowMilliseconds / 60_000,
  );
  void reportStoppedServer(message);
  return { action: CloseAction.DoNotRestart, message, handled: true };
}
