import { claudeCode } from './claudeCode';
import { codex, gemini, generic, openCode } from './newShells';
import { anthropicApi, vscode } from './oneShell';
import type { HostName, HostProfile } from './profile';
import { UNKNOWN_HOSTS } from './unknownHosts';

/** All hosts; the first one is taken where nothing says otherwise. */
export const HOSTS: readonly HostProfile[] = [
  claudeCode,
  codex,
  gemini,
  openCode,
  vscode,
  anthropicApi,
  generic,
  ...UNKNOWN_HOSTS,
];

export const HOST_NAMES: readonly HostName[] = HOSTS.map(({ name }) => name);

/** The host of a name that people write; undefined where there is none of that name. */
export function hostNamed(name: unknown): HostProfile | undefined {
  return HOSTS.find(host => host.name === name);
}

/** What people say of a document's host. What they leave open, its place decides. */
export interface HostWish {
  readonly host?: HostProfile | undefined;
  /** Who says so, as a part of a sentence that begins with "because". */
  readonly reason?: string;
  /** The shell that runs blocks which do not ask for one. */
  readonly shell?: HostProfile['shell'] | undefined;
}

/** The host of a document. */
export interface HostChoice {
  readonly profile: HostProfile;
  /** Why it is that one, as a part of a sentence that begins with "because". */
  readonly reason: string;
}

/** The host's own folders and files, as a project has them: whose they are is told by the innermost one. */
const PLACES: readonly (readonly [place: string, host: HostName])[] = [
  ['.claude/', 'claude-code'],
  ['CLAUDE.md', 'claude-code'],
  ['.codex/', 'codex'],
  ['.gemini/', 'gemini'],
  ['GEMINI.md', 'gemini'],
  ['.opencode/', 'opencode'],
  ['.agents/', 'generic'],
  ['.github/prompts/', 'vscode'],
  ['.github/chatmodes/', 'vscode'],
  ['.cursor/', 'cursor'],
  ['.windsurf/', 'windsurf'],
  ['.clinerules/', 'cline'],
  ['.roo/', 'roo'],
];

/** The places that tell of a host, for the documentation. */
export function placesOf({ name }: HostProfile): readonly string[] {
  return PLACES.flatMap(([place, host]) => (host === name ? [place] : []));
}

/**
 * Chooses the host that runs a document.
 * @param path the document's place in its project, with `/` between its parts
 */
export function chooseHost(path: string, { host, reason, shell }: HostWish = {}): HostChoice {
  const choice =
    host === undefined ? hostOfPlace(path) : { profile: host, reason: reason ?? 'it was asked for' };
  return shell === undefined ? choice : { ...choice, profile: { ...choice.profile, shell } };
}

function hostOfPlace(path: string): HostChoice {
  const inner = PLACES.map(([place, name]) => ({ place, name, at: `/${path}`.lastIndexOf(`/${place}`) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => b.at - a.at)[0];
  const profile = inner && hostNamed(inner.name);
  if (inner === undefined || profile === undefined)
    return { profile: claudeCode, reason: 'nothing says otherwise' };
  const isFolder = inner.place.endsWith('/');
  return { profile, reason: isFolder ? `it lies in ${inner.place}` : `it is a ${inner.place}` };
}
