/**
 * Characters that would hide, reorder or break what is shown: controls, line separators, bidirectional overrides, invisible
 * ones, and halves of surrogate pairs.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' };

/** A text as it may be shown in one line: `\n`, `\t`, `\x07`, `\u{202e}` instead of what they stand for. */
export function escapeForDisplay(text: string): string {
  return text.replace(UNSAFE, character => SHORT[character] ?? codePointEscape(character.codePointAt(0)!));
}

function codePointEscape(point: number): string {
  return point < 0x80 ? `\\x${point.toString(16).padStart(2, '0')}` : `\\u{${point.toString(16)}}`;
}

/** A file name as it may be shown: escaped, and bytes that are no UTF-8 as `\xff`. */
export function displayName(name: Uint8Array): string {
  const exact = exactName(name);
  if (exact !== undefined) return escapeForDisplay(exact);
  let shown = '';
  for (let at = 0; at < name.length; ) {
    const length = validLength(name, at);
    shown +=
      length === 0
        ? `\\x${name[at]!.toString(16)}`
        : escapeForDisplay(exactName(name.subarray(at, at + length))!);
    at += Math.max(length, 1);
  }
  return shown;
}

/** The name as a string, or undefined where its bytes are no UTF-8, so that no string can name the file. */
export function exactName(name: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    return undefined;
  }
}

/** How many bytes the UTF-8 character at `at` has; 0 where there is none. */
function validLength(bytes: Uint8Array, at: number): number {
  return (
    [1, 2, 3, 4].find(
      length => at + length <= bytes.length && exactName(bytes.subarray(at, at + length)) !== undefined,
    ) ?? 0
  );
}
