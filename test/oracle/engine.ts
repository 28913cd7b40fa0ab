import type { Analysis } from '../../server/analysis/analyse';
import { parseDocument } from '../../server/analysis/document/commandDocument';
import type { BlockRole } from '../../server/analysis/document/roles';
import { interpretDocument, type LibraryTable } from '../../server/analysis/flow/documentFlow';
import { claudeCode } from '../../server/analysis/hosts/claudeCode';
import type { HostProfile } from '../../server/analysis/hosts/profile';
import { RULES } from '../../server/analysis/rules';
import { readShellScript } from '../../server/analysis/shell/lowering';
import type { ShellScript } from '../../server/analysis/shell/script';
import type { ShellParser } from '../../server/analysis/shell/syntax';

/** What a mutation changes on the way from text to findings. */
export interface EngineChange {
  readonly source?: (text: string) => string;
  readonly script?: (script: ShellScript) => ShellScript;
  readonly profile?: HostProfile;
}

const STEP: BlockRole = { kind: 'step', reason: 'every block of an oracle document is run' };
const NO_LIBRARIES: LibraryTable = { find: () => 'missing', byPath: () => undefined };

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
  const flow = interpretDocument(document, scripts, roles, change.profile ?? claudeCode, NO_LIBRARIES);
  const findings = RULES.flatMap(rule => [...rule.check(flow)]).sort((a, b) => a.span.start - b.span.start);
  return { document, flow, findings };
}
