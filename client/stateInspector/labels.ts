import type { StateFileView, StateFileWarning, StateValueView } from '../../server/protocol';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** A size in bytes, as people read it: `0 B`, `1.5 KB`, `10 GB`. */
export function formatSize(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), UNITS.length - 1);
  const amount = bytes / 1024 ** power;
  return `${amount >= 10 || power === 0 ? Math.round(amount) : amount.toFixed(1)} ${UNITS[power]}`;
}

const STEPS: readonly (readonly [limit: number, unit: number, name: string])[] = [
  [60_000, 1000, 's'],
  [3_600_000, 60_000, 'min'],
  [172_800_000, 3_600_000, 'h'],
  [Number.POSITIVE_INFINITY, 86_400_000, 'd'],
];

/** How long ago something was, both in milliseconds since 1970: `now`, `12 s`, `3 min`, `5 h`, `9 d`. */
export function formatAge(then: number, now: number): string {
  const age = now - then;
  if (age < 1000) return 'now';
  const [, unit, name] = STEPS.find(([limit]) => age < limit)!;
  return `${Math.floor(age / unit)} ${name}`;
}

/** Permission bits as `ls` shows them, e.g. `rw-r--r--`. */
export function formatMode(mode: number): string {
  return [...'rwxrwxrwx'].map((letter, index) => ((mode & (0o400 >> index)) === 0 ? '-' : letter)).join('');
}

const KINDS: Readonly<Record<StateFileView['kind'], string>> = {
  file: 'file',
  fifo: 'FIFO',
  socket: 'socket',
  directory: 'directory',
  link: 'symbolic link',
  device: 'device',
};

const FORMATS: Readonly<Record<NonNullable<StateFileView['format']>, string>> = {
  empty: 'empty',
  shell: 'shell assignments',
  json: 'JSON',
  keyValue: 'KEY=value',
  value: 'one value',
  environment: 'NUL-separated environment',
  text: 'text',
  binary: 'binary',
};

const WARNINGS: Readonly<Record<StateFileWarning, string>> = {
  worldWritable: 'Everyone may change it: whoever loads it runs what they write.',
  otherOwner: 'It belongs to another user.',
  symbolicLink: 'It is a symbolic link and is not followed.',
  predictableName:
    'Its name is known beforehand, in a directory where everyone may make files: others can make it first.',
};

/** What stands beside a file's name: age, size and format, or what it is if it is no regular file; who may do what, if that is not the user alone. */
export function fileDescription(file: StateFileView, now: number): string {
  const what =
    file.kind === 'file'
      ? [formatSize(file.size), ...(file.format ? [FORMATS[file.format]] : [])]
      : [KINDS[file.kind]];
  return [
    ...(file.stale === undefined ? [] : ['stale']),
    formatAge(file.modified, now),
    ...what,
    ...(file.kind === 'link' ? [] : [formatMode(file.mode)]),
    ...(file.own ? [] : [`user ${file.owner}`]),
  ].join(' · ');
}

const STALE: Readonly<Record<NonNullable<StateFileView['stale']>, string>> = {
  old: 'Stale: nobody has changed it for longer than crossblock.state.staleAfterHours says.',
  processEnded: 'Stale: the process whose id is in its name has ended.',
};

/** Everything about a file, in lines of plain text. */
export function fileTooltip(file: StateFileView): string {
  const what = file.format === undefined ? KINDS[file.kind] : FORMATS[file.format];
  return [
    `${file.directory}/${file.name}`,
    `${what} · ${formatSize(file.size)} · changed ${new Date(file.modified).toLocaleString()}`,
    `${formatMode(file.mode)} · ${file.own ? 'yours' : `user ${file.owner}`}`,
    ...(file.stale === undefined ? [] : [STALE[file.stale]]),
    ...file.warnings.map(warning => WARNINGS[warning]),
    ...file.remarks,
  ].join('\n');
}

/** What a screen reader says for a file. */
export function fileAccessibleLabel(file: StateFileView, now: number): string {
  const notes = [
    ...(file.stale === undefined ? [] : [STALE[file.stale]]),
    ...file.warnings.map(warning => WARNINGS[warning]),
  ].join(' ');
  return `${file.name}, ${KINDS[file.kind]}, changed ${formatAge(file.modified, now)} ago, ${formatSize(file.size)}. ${notes}`.trim();
}

/** A value's row. @param revealed its text, where the user asked to see a masked one */
export function valueLabel(value: StateValueView, revealed: string | undefined): string {
  const text = revealed ?? value.text;
  if (value.name === '') return text === '' ? '(empty)' : text;
  return `${value.name} = ${text}`;
}

/** What is to say about a value, in lines of plain text. */
export function valueTooltip(value: StateValueView, revealed: string | undefined): string {
  const lines = [valueLabel(value, revealed)];
  if (value.masked && revealed === undefined)
    lines.push('It looks like a secret and is hidden. Reveal Value shows it.');
  if (!value.literal) lines.push('As it is written: a shell that loads the file would change it.');
  return lines.join('\n');
}

/** A text as it may stand in a notification, where `[a](b)` would become a link. */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
