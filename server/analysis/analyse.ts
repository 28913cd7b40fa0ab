import { type CommandDocument, parseDocument } from './document/commandDocument';
import { isSuppressed } from './document/directives';
import { type DocumentPlace, rolesOf } from './document/roles';
import type { Finding } from './finding';
import { type DocumentFlow, interpretDocument, type LibraryTable, statementStart } from './flow/documentFlow';
import type { HostProfile } from './hosts/profile';
import { RULES } from './rules';
import { readShellScript } from './shell/lowering';
import type { ShellScript } from './shell/script';
import type { ShellParser } from './shell/syntax';

/** What is known of a document. */
export interface Analysis {
  readonly document: CommandDocument;
  readonly flow: DocumentFlow;
  /** In the order of their places, without the suppressed ones. */
  readonly findings: readonly Finding[];
}

/** Analyses documents; the facts of a block are kept by its text, so that a keystroke parses one block again. */
export class Analyser {
  readonly #parser: ShellParser;
  readonly #scripts = new Map<string, ShellScript>();
  static readonly #CACHED_SCRIPTS = 2_000;

  constructor(parser: ShellParser) {
    this.#parser = parser;
  }

  /**
   * Analyses a text as command markdown, with the libraries that are known so far; `flow.wanted` names the others. Pure,
   * synchronous, and never throws on any text.
   */
  analyse(text: string, place: DocumentPlace, profile: HostProfile, libraries: LibraryTable): Analysis {
    const document = parseDocument(text);
    const scripts = document.blocks.map(block => this.#script(block.masked));
    const flow = interpretDocument(document, scripts, rolesOf(document, place), profile, libraries);
    const findings = RULES.flatMap(rule => [...rule.check(flow)])
      .filter(finding => !suppressed(flow, finding))
      .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    return { document, flow, findings };
  }

  #script(masked: string): ShellScript {
    const known = this.#scripts.get(masked);
    if (known !== undefined) return known;
    const script = readShellScript(this.#parser, masked);
    // A map keeps the order of insertion: the oldest entry goes first.
    if (this.#scripts.size >= Analyser.#CACHED_SCRIPTS)
      this.#scripts.delete(this.#scripts.keys().next().value!);
    this.#scripts.set(masked, script);
    return script;
  }
}

function suppressed(flow: DocumentFlow, { rule, block, span }: Finding): boolean {
  const { document } = flow;
  if (document.directives.length === 0) return false;
  const analysed = flow.blocks[block - 1]!;
  const offset = analysed.block.fromDocument(span.start) ?? 0;
  const statement = analysed.block.toDocument(statementStart(analysed, offset));
  const { lineIndex } = document;
  return isSuppressed(document.directives, rule, lineIndex.lineAt(span.start), lineIndex.lineAt(statement));
}
