import { parse } from 'yaml';

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

/** Broken YAML is common in real files and no concern of ours: it reads as empty. */
function readYaml(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parse(text, { logLevel: 'silent', maxAliasCount: 10 });
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}
