import type { SymbolInformation } from 'vscode-languageserver/node';
import { cancelled, type RequestContext } from './requests';
import type { WorkspaceFiles } from './workspaceFiles';

/** Symbols that are answered with: nobody reads more. */
const MAX_SYMBOLS = 500;

/** Answers `workspace/symbol`: the headings, blocks, variables and functions of all command files. */
export function registerWorkspaceSymbols({ connection }: RequestContext, files: WorkspaceFiles): void {
  connection.onWorkspaceSymbol(async ({ query }, token) => {
    const found: SymbolInformation[] = [];
    for (const path of await files.paths()) {
      if (token.isCancellationRequested) return cancelled();
      const facts = await files.facts(path);
      for (const symbol of facts?.symbols() ?? []) if (fits(symbol.name, query)) found.push(symbol);
      if (found.length >= MAX_SYMBOLS) break;
    }
    return found.slice(0, MAX_SYMBOLS);
  });
}

/** Whether a name has the letters of a query in their order, as editors' own search takes them. */
function fits(name: string, query: string): boolean {
  const text = name.toLowerCase();
  let at = 0;
  for (const letter of query.toLowerCase()) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
