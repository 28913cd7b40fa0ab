import path from 'node:path';
import { type Analyser, judge, type TracedAnalysis } from '../analysis/analyse';
import type { DocumentSource } from '../analysis/document/roles';
import type { Finding } from '../analysis/finding';
import { chooseHost, type HostChoice, type HostWish } from '../analysis/hosts';
import type { ShellParser } from '../analysis/shell/syntax';
import type { LibrarySource } from '../analysis/symbols/documentNames';
import type { ProjectConfiguration } from './configuration';
import { HookEnvironment } from './hookEnvironment';
import { DocumentLibraries, LibraryStore } from './libraries';
import { placeOf } from './project';

/** A library may source another, which may source another: rounds until the driver stops asking. */
const MAX_ROUNDS = 6;

/** An analysis with the files that it rests on. */
export interface CheckedDocument {
  readonly analysis: TracedAnalysis;
  /** The host that the document is analysed for, and why that one. */
  readonly host: HostChoice;
  /** Absolute paths of the libraries whose change changes the result. */
  readonly libraries: readonly string[];
  /** The same of the project's hooks that set something for its blocks. */
  readonly hooks: readonly string[];
}

/** Analyses documents and loads what the analysis wants: the one driver of server, command line and tests. */
export class Checker {
  readonly #analyser: Analyser;
  readonly #store: LibraryStore;
  readonly #hooks: HookEnvironment;

  constructor(parser: ShellParser, analyser: Analyser) {
    this.#analyser = analyser;
    this.#store = new LibraryStore(parser);
    this.#hooks = new HookEnvironment(parser);
  }

  /** The libraries of a document with their texts; without those that are gone. */
  async sources(libraries: readonly string[]): Promise<readonly LibrarySource[]> {
    const sources = await Promise.all(libraries.map(file => this.#store.source(file)));
    return sources.filter(source => source !== undefined);
  }

  /**
   * @param text the document's text
   * @param file its absolute path: libraries are looked for relative to it
   * @param roots absolute paths of the project's directory and the workspace folders
   * @param source who says that the document is command markdown
   * @param wish what people say of its host; what they leave open, its place decides
   */
  async check(
    text: string,
    file: string,
    roots: readonly string[],
    source: DocumentSource = 'found',
    wish: HostWish = {},
  ): Promise<CheckedDocument> {
    const place = { path: placeOf(file, roots[0] ?? path.dirname(file)), source };
    const { profile: plain, reason } = chooseHost(place.path, wish);
    const { profile, hooks } = await this.#hooks.extend(plain, roots[0] ?? path.dirname(file));
    const host: HostChoice = { profile, reason };
    const libraries = new DocumentLibraries(this.#store, file, roots);
    const interpret = () => this.#analyser.interpret(text, place, host.profile, libraries);
    let interpreted = interpret();
    for (let round = 0; round < MAX_ROUNDS && interpreted.flow.wanted.length > 0; round++) {
      for (const request of interpreted.flow.wanted) await libraries.look(request);
      interpreted = interpret();
    }
    return { analysis: judge(interpreted), host, libraries: libraries.paths, hooks };
  }
}

/** The findings with the severities that a project gives the rules; a rule that is off has none. */
export function withConfiguredSeverities(
  findings: readonly Finding[],
  { rules }: ProjectConfiguration,
): readonly Finding[] {
  return findings.flatMap(finding => {
    const severity = rules.get(finding.rule);
    if (severity === 'off') return [];
    return [severity === undefined ? finding : { ...finding, severity }];
  });
}
