import type { Connection } from 'vscode-languageserver/node';
import { SHELL_STATE_RULES, type ShellStateRulesParams } from '../protocol';
import { withShellStateRules } from '../workspace/shellStateRules';

/** Answers with an instruction file's text in which the section of shell-state rules is there and current; writes nothing. */
export function registerShellStateRules(connection: Connection): void {
  connection.onRequest(SHELL_STATE_RULES, ({ text }: ShellStateRulesParams): string =>
    withShellStateRules(text),
  );
}
