import { type Block, type CommandDocument, parseDocument } from './document/commandDocument';
import { documentKind, runsInSubagent } from './document/commandMarkdown';
import { isSuppressed } from './document/directives';
import { withPlaceholders } from './document/masking';
import { reparse } from './document/reparse';
import {
  type BlockRole,
  type DocumentPlace,
  roleIn,
  type Surroundings,
  surroundingsOf,
} from './document/roles';
import type { Finding } from './finding';
import {
  type DocumentFlow,
  type DocumentInput,
  interpretDocument,
  type LibraryTable,
  statementStart,
} from './flow/documentFlow';
import type { State } from './flow/state';
import { type HostProfile, inSubagent } from './hosts/profile';
import { RULES } from './rules';
import { readShellScript, type ShellKind } from './shell/lowering';
import type { Read, ShellScript } from './shell/script';
import type { ShellParser } from './shell/syntax';

/** What is known of a document. */
export interface Analysis {
  readonly document: CommandDocument;
  readonly flow: DocumentFlow;
  /** In the order of their places, without the suppressed ones. */
  readonly findings: readonly Finding[];
}

/** An analysis that can be asked for more than its findings tell. */
export interface TracedAnalysis extends Analysis {
  /** What is true at each read of a block the first time that it is run: found out when it is asked for. */
  readonly statesIn: (block: Block) => ReadonlyMap<Read, State>;
}

/** A document that was run, and no rule asked yet. */
export interface Interpreted {
  readonly input: DocumentInput;
  readonly flow: DocumentFlow;
}

/** Analyses documents; the facts of a block are kept by its text, so that a keystroke parses one block again. */
export class Analyser {
  readonly #parser: ShellParser;
  readonly #scripts: Readonly<Record<ShellKind, Map<string, KeptScript>>> = {
    bash: new Map(),
    zsh: new Map(),
  };
  /** The document that was analysed last: the next one is often what an edit has made of it. */
  #last: ReadDocument | undefined;
  /** Counts the documents. */
  #turn = 0;
  /** UTF-16 units of the texts that are kept. What is known of one takes some hundred bytes for each. */
  #size = 0;
  static readonly #MAX_SIZE = 200_000;

  constructor(parser: ShellParser) {
    this.#parser = parser;
  }

  /**
   * Analyses a text as command markdown, with the libraries that are known so far; `flow.wanted` names the others. Pure,
   * synchronous, and never throws on any text.
   */
  analyse(text: string, place: DocumentPlace, profile: HostProfile, libraries: LibraryTable): TracedAnalysis {
    return judge(this.interpret(text, place, profile, libraries));
  }

  /** The first half of it: what the rules would be asked about, and the libraries that are wanted for it. */
  interpret(text: string, place: DocumentPlace, profile: HostProfile, libraries: LibraryTable): Interpreted {
    this.#turn++;
    const read = this.#read(text, place);
    this.#last = read;
    const { document, roles } = read;
    const scripts = document.blocks.map(block => this.#script(block.masked, shellOf(block, profile)));
    const kind = documentKind(place.path);
    const host = runsInSubagent(kind, document.frontmatter) ? inSubagent(profile) : profile;
    const inlineScripts = document.inlineCommands.map(({ text: command }) =>
      this.#script(command, profile.shell),
    );
    this.#forgetOthers();
    const name = documentName(place.path);
    const readShell = (shellText: string) => this.#script(shellText, profile.shell);
    const input = {
      document,
      scripts,
      inlineScripts,
      roles,
      profile: host,
      libraries,
      kind,
      name,
      readShell,
    };
    return { input, flow: interpretDocument(input) };
  }

  /** The document and its blocks' roles: after an edit within a block, of that block alone. */
  #read(text: string, place: DocumentPlace): ReadDocument {
    const last = this.#last;
    const isSamePlace = last?.place.path === place.path && last.place.source === place.source;
    const again = last !== undefined && isSamePlace ? reparse(last.document, text) : undefined;
    if (last === undefined || again === undefined) {
      const document = parseDocument(text);
      const surroundings = surroundingsOf(document, place);
      const roles = document.blocks.map((block, index) => roleIn(surroundings[index]!, block));
      return { place, document, surroundings, roles };
    }
    const index = again.changed - 1;
    const role = roleIn(last.surroundings[index]!, again.document.blocks[index]!);
    return { ...last, document: again.document, roles: last.roles.with(index, role) };
  }

  #script(masked: string, shell: ShellKind): ShellScript {
    const scripts = this.#scripts[shell];
    const known = scripts.get(masked);
    if (known !== undefined) {
      known.turn = this.#turn;
      return known.script;
    }
    const script = readShellScript(this.#parser, masked, shell);
    scripts.set(masked, { script, turn: this.#turn });
    this.#size += masked.length + TEXT_OF_NOTHING;
    return script;
  }

  /** Where too much is kept, what the document at hand has stays, however large it is: the next keystroke needs it. */
  #forgetOthers(): void {
    if (this.#size <= Analyser.#MAX_SIZE) return;
    this.#size = 0;
    for (const scripts of Object.values(this.#scripts))
      for (const [masked, { turn }] of scripts)
        if (turn === this.#turn) this.#size += masked.length + TEXT_OF_NOTHING;
        else scripts.delete(masked);
  }
}

/** UTF-16 units for which an empty script counts: it takes memory, too. */
const TEXT_OF_NOTHING = 60;

/** A document with what its blocks are for. */
interface ReadDocument {
  readonly place: DocumentPlace;
  readonly document: CommandDocument;
  readonly surroundings: readonly Surroundings[];
  readonly roles: readonly BlockRole[];
}

interface KeptScript {
  readonly script: ShellScript;
  /** The last document that had it. */
  turn: number;
}

/**
 * `review` for `commands/review.md` and for `skills/review/SKILL.md`, `review-reference` for `skills/review/references/reference.md`: many
 * folders hold a file of that name.
 */
function documentName(path: string): string {
  const parts = path.split(/[\\/]/).filter(part => part !== '');
  const file = (parts.at(-1) ?? 'document').replace(/\.\w+$/, '');
  if (/^(?:skill|readme|index)$/i.test(file)) return parts.at(-2) ?? file;
  const place = parts.findLastIndex(part =>
    /^(?:agents|commands|prompts|rules|skills|workflows)$/i.test(part),
  );
  const group = place < 0 || place >= parts.length - 2 ? undefined : parts[place + 1];
  return group === undefined || group === file ? file : `${group}-${file}`;
}

/** In a text that explains, a loss is an information: who runs it takes it from there into a command of his own. */
function forPeople({ blocks }: DocumentFlow, finding: Finding): Finding {
  const isGrave = finding.severity === 'error' || finding.severity === 'warning';
  if (!isGrave || blocks[finding.block - 1]?.role.isForPeople !== true) return finding;
  return { ...finding, severity: 'information' };
}

/** With the placeholders that the document has, and not what stands for them while the shell's text is parsed. */
function asWritten(document: CommandDocument, finding: Finding): Finding {
  const message = withPlaceholders(document, finding.message);
  return message === finding.message ? finding : { ...finding, message };
}

/** A name or a path may hold anything: a message is one line, and no longer than a person reads. */
function inOneLine(finding: Finding): Finding {
  const { name, message } = finding;
  const isPlain = !/[\n\r]/.test(message + (name ?? '')) && message.length <= MAX_MESSAGE;
  if (isPlain) return finding;
  const line = (text: string, length: number) => {
    const joined = text.replace(/\s+/g, ' ');
    return joined.length <= length ? joined : `${joined.slice(0, length)}…`;
  };
  return { ...finding, name: name && line(name, MAX_NAME), message: line(message, MAX_MESSAGE) };
}

/** UTF-16 units. */
const MAX_MESSAGE = 600;
const MAX_NAME = 200;

/** The second half of an analysis: the rules' findings. */
export function judge({ input, flow }: Interpreted): TracedAnalysis {
  const { document } = input;
  const findings = RULES.flatMap(rule => [...rule.check(flow)])
    .filter(finding => !suppressed(flow, finding))
    .map(finding => inOneLine(asWritten(document, forPeople(flow, finding))))
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const states = lazily(() => {
    const blocks = document.blocks.map(() => new Map<Read, State>());
    interpretDocument({
      ...input,
      observe: ({ number }, read, state) => {
        const known = blocks[number - 1]!;
        if (!known.has(read)) known.set(read, state);
      },
    });
    return blocks;
  });
  return { document, flow, findings, statesIn: ({ number }) => states()[number - 1]! };
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** A host may run every block in its user's own shell, whatever the fence says. */
function shellOf({ dialect }: Block, { shell }: HostProfile): ShellKind {
  return dialect === 'zsh' ? 'zsh' : shell;
}

function suppressed(flow: DocumentFlow, { rule, block, span }: Finding): boolean {
  const { document } = flow;
  if (document.directives.length === 0) return false;
  const { directives, lineIndex } = document;
  const line = lineIndex.lineAt(span.start);
  const analysed = flow.blocks[block - 1]!;
  const offset = analysed.block.fromDocument(span.start);
  // What stands in the prose has no statement but its line.
  if (offset === undefined) return isSuppressed(directives, rule, line, line);
  const statement = analysed.block.toDocument(statementStart(analysed, offset));
  return isSuppressed(directives, rule, line, lineIndex.lineAt(statement));
}
