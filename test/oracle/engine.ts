import path from 'node:path';
import type { Analysis } from '../../server/analysis/analyse';
import { parseDocument } from '../../server/analysis/document/commandDocument';
import type { BlockRole } from '../../server/analysis/document/roles';
import { interpretDocument, type LibraryTable } from '../../server/analysis/flow/documentFlow';
import { summariseLibrary } from '../../server/analysis/flow/library';
import { pathKeyOf } from '../../server/analysis/flow/symbolic';
import { claudeCode } from '../../server/analysis/hosts/claudeCode';
import type { HostProfile } from '../../server/analysis/hosts/profile';
import { RULES } from '../../server/analysis/rules';
import { readShellScript } from '../../server/analysis/shell/lowering';
import type { ShellScript } from '../../server/analysis/shell/script';
import type { ShellParser } from '../../server/analysis/shell/syntax';

import { librariesIn } from './documents';

/** What a mutation changes on the way from text to findings. */
export interface EngineChange {
  readonly source?: (text: string) => string;
  /** What is read instead of a library's text. */
  readonly library?: (text: string) => string;
  readonly script?: (script: ShellScript) => ShellScript;
  readonly profile?: HostProfile;
}

const STEP: BlockRole = { kind: 'step', reason: 'every block of an oracle document is run' };

/** The libraries that the document itself brings along, by their paths in the project. */
function librariesOf(
  parser: ShellParser,
  document: string,
  change: (text: string) => string = text => text,
): LibraryTable {
  const known = new Map(
    librariesIn(document).map(({ file, text }) => [file, summariseLibrary(parser, file, change(text))]),
  );
  return {
    find: ({ from, path: symbolic }) => {
      const [first, ...rest] = symbolic;
      const isHere = first?.kind === 'here';
      const folder = from === undefined ? '' : path.dirname(from);
      const key = pathKeyOf(isHere || first?.kind === 'project' ? rest : symbolic);
      return known.get(path.join(isHere ? folder : '', key.replace(/^\//, ''))) ?? 'missing';
    },
    byPath: file => known.get(file),
  };
}

/**
 * The engine, with every block taken for a step: what a block is for is judged elsewhere. Bash judges only what is lost
 * between blocks that run.
 */
export function analyseSteps(parser: ShellParser, text: string, change: EngineChange = {}): Analysis {
  const document = parseDocument(change.source === undefined ? text : change.source(text));
  const scripts = document.blocks.map(block => {
    const script = readShellScript(parser, block.masked);
    return change.script === undefined ? script : change.script(script);
  });
  const roles = document.blocks.map(() => STEP);
  const profile = change.profile ?? claudeCode;
  const libraries = librariesOf(parser, text, change.library);
  const flow = interpretDocument({ document, scripts, roles, profile, libraries });
  const findings = RULES.flatMap(rule => [...rule.check(flow)]).sort((a, b) => a.span.start - b.span.start);
  return { document, flow, findings };
}
