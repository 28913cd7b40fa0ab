/** What a masked value is shown as; its length says nothing about the value. */
export const MASK = '••••••••';

const SECRET_NAME =
  /passw(or)?d|passphrase|(^|[^a-z])(pass|pwd|secret|secrets|token|tokens|credential|credentials|auth|authorization|bearer|cookie|cookies|pat|jwt|pin|otp|(api|private|access|secret|signing|encryption|ssh|deploy|service|account|master|client|auth|session)[^a-z]?keys?|apikey|dsn|connection[^a-z]?string)([^a-z]|$)/;

const SECRET_SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  // Prefixes that services give their keys so that they can be found.
  /\b(gh[pousr]_|github_pat_|glpat-|sk-|sk_live_|rk_live_|xox[abeoprs]-|npm_|pypi-|hf_|AIza|ya29\.|SG\.|dop_v1_|shpat_|lin_api_)[A-Za-z0-9_-]{10,}/,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  // A JSON Web Token.
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/,
  // A password in a URL, or in an HTTP header.
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,100}:[^\s/@]+@/i,
  /\b(bearer|basic) [A-Za-z0-9+/_=.-]{16,}/i,
];

/** Values are looked at up to this length (more than what is shown of one): the expressions may need its square. */
const MAX_LOOK = 1000;

/** Whether a value looks like a secret, by its name (`GITHUB_TOKEN`, `db.password`) or by its shape. */
export function looksSecret(name: string, value: string): boolean {
  if (value === '') return false;
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  const text = value.slice(0, MAX_LOOK);
  return SECRET_NAME.test(words) || SECRET_SHAPES.some(shape => shape.test(text)) || looksRandom(text);
}

/** A single long word of mixed letters and digits that no path, hash or identifier looks like. */
function looksRandom(text: string): boolean {
  const word = text.trim();
  if (!/^[A-Za-z0-9+_=-][A-Za-z0-9+/_=-]{31,511}$/.test(word)) return false;
  if (!/[a-z]/.test(word) || !/[A-Z]/.test(word) || !/\d/.test(word)) return false;
  // Words joined by separators are names; a key has long stretches without.
  return word.split(/[/_-]/).some(part => part.length >= 20 && entropy(part) > 3.8);
}

/** Shannon's entropy, in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce(
    (sum, count) => sum - (count / text.length) * Math.log2(count / text.length),
    0,
  );
}
