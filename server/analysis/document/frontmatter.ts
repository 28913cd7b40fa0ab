import { type DocumentOptions, type ParseOptions, parse, type SchemaOptions, type ToJSOptions } from 'yaml';

/** What a document says of itself before its text. */
export interface Frontmatter {
  /** The keys and values; empty where there is no frontmatter or where it cannot be read. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Number of lines that it takes, its fences included; 0 where there is none. */
  readonly lines: number;
}

const NONE: Frontmatter = { values: {}, lines: 0 };

/**
 * Reads the frontmatter between `---` fences (YAML) or `+++` fences (TOML, which is skipped but not read).
 * @param lines the document's lines without their ends
 */
export function readFrontmatter(lines: readonly string[]): Frontmatter {
  const fence = lines[0]?.replace(/^\uFEFF/, '').trimEnd();
  if (fence !== '---' && fence !== '+++') return NONE;
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === fence);
  if (end < 0) return NONE;
  if (fence === '+++') return { values: {}, lines: end + 1 };
  return { values: readYaml(lines.slice(1, end).join('\n')), lines: end + 1 };
}

/**
 * Lists and mappings that are keys would be written as text, which takes exponential time where they are nested; to look for a
 * key that stands twice takes quadratic time.
 */
const BOUNDED: ParseOptions & DocumentOptions & SchemaOptions & ToJSOptions = {
  logLevel: 'silent',
  maxAliasCount: 10,
  mapAsMap: true,
  uniqueKeys: false,
};

/** UTF-16 units. What a person writes before a text ends well below. */
const MAX_LENGTH = 20_000;

/** Lists and keys that begin on one line inside of each other: thousands of them end the process, for want of memory. */
const NESTED_ON_A_LINE = /(?:[-?:][ \t]+){50}/;

/** Broken YAML is common in real files and no concern of ours: it reads as empty. */
function readYaml(text: string): Readonly<Record<string, unknown>> {
  if (text.length > MAX_LENGTH || NESTED_ON_A_LINE.test(text)) return {};
  try {
    const value: unknown = parse(text, BOUNDED);
    if (!(value instanceof Map)) return {};
    return Object.fromEntries([...value].filter(([key]) => typeof key === 'string'));
  } catch {
    return {};
  }
}
