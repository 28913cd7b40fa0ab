import { escapeForDisplay } from './display';
import type { FileReading } from './stateFile';
import type { StateFileView } from './types';

/** Bytes of a file that are shown, and in one line of them. */
const MAX_DUMPED = 16_384;
const PER_LINE = 16;

const KINDS: Readonly<Record<StateFileView['kind'], string>> = {
  file: 'A file.',
  fifo: 'A FIFO. It is not opened: that would wait for a writer, or take what is meant for another reader.',
  socket: 'A socket. Nothing is read from it.',
  directory: 'A directory. It is not listed here.',
  link: 'A symbolic link. It is not followed.',
  device: 'A device. It is not opened.',
};

type Facts = Pick<StateFileView, 'kind' | 'name' | 'directory' | 'size' | 'mode' | 'owner' | 'modified'>;

/** What an entry is and, of a file, what it holds: as text where it is some, else as a dump of its bytes. */
export function contentText(view: Facts, reading: FileReading | undefined): string {
  const head = [
    `${view.directory}/${view.name}`,
    KINDS[view.kind],
    `${view.size} bytes, mode ${view.mode.toString(8).padStart(3, '0')}, user ${view.owner}, changed ${new Date(view.modified).toISOString()}`,
    '',
  ];
  if (reading === undefined) return head.join('\n');
  if (reading.kind === 'unread') return [...head, reading.reason, ''].join('\n');
  const { bytes, truncated } = reading;
  const text = asText(bytes);
  if (text !== undefined)
    return [...head, text, ...(truncated ? ['The file is longer; this is its beginning.'] : []), ''].join(
      '\n',
    );
  const dumped = bytes.subarray(0, MAX_DUMPED);
  const lines = Array.from({ length: Math.ceil(dumped.length / PER_LINE) }, (_, line) =>
    dumpLine(dumped, line * PER_LINE),
  );
  const more =
    truncated || dumped.length < bytes.length ? [`Only the first ${dumped.length} bytes are shown.`] : [];
  return [...head, ...lines, ...more, ''].join('\n');
}

/** The text of its lines, each escaped; undefined where the bytes are none. */
function asText(bytes: Uint8Array): string | undefined {
  if (bytes.some(byte => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.split('\n').map(escapeForDisplay).join('\n');
  } catch {
    return undefined;
  }
}

/** `00000010  7f 45 4c 46 …  .ELF`. */
function dumpLine(bytes: Uint8Array, start: number): string {
  const row = [...bytes.subarray(start, start + PER_LINE)];
  const hex = row.map(byte => byte.toString(16).padStart(2, '0')).join(' ');
  const text = row.map(byte => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
  return `${start.toString(16).padStart(8, '0')}  ${hex.padEnd(PER_LINE * 3 - 1)}  ${text}`;
}
