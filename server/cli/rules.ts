import { parseArgs } from 'node:util';
import { RULES } from '../analysis/rules';
import { entryOf } from '../analysis/table';
import { suggestion } from '../workspace/suggest';
import { type Command, UsageError } from './command';
import { describeWords } from './options';

const RULE_FORMATS: Readonly<Record<string, () => string>> = {
  text: asText,
  markdown: asMarkdown,
  json: asJson,
};

/** `crossblock rules`: the list of all rules. */
export const rules: Command = {
  name: 'rules',
  summary: 'lists the rules, as text, Markdown or JSON',
  help: `Usage: crossblock rules [--format FORMAT]

Lists all rules with what they find and at which severity; crossblock explain RULE prints the page of one.

Options:
  --format FORMAT  text (default), markdown or json (with the whole pages)
  -h, --help       this text
`,
  options: { format: Object.keys(RULE_FORMATS) },
  async run(words) {
    process.stdout.write(parse(words)());
    return 0;
  },
};

function parse(words: readonly string[]): () => string {
  const { format } = readWords(words);
  const print = entryOf(RULE_FORMATS, format);
  if (print !== undefined) return print;
  const names = Object.keys(RULE_FORMATS);
  throw new UsageError(
    `There is no format "${format}"${suggestion(format, names)}; there are ${names.join(', ')}`,
  );
}

function readWords(words: readonly string[]): { readonly format: string } {
  try {
    return parseArgs({ args: [...words], options: { format: { type: 'string', default: 'text' } } }).values;
  } catch (error) {
    throw new UsageError(describeWords(error, words, { format: Object.keys(RULE_FORMATS) }));
  }
}

function asText(): string {
  const width = Math.max(...RULES.map(({ name }) => name.length));
  return RULES.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}\n`).join('');
}

function asMarkdown(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = RULES.map(
    ({ name, summary, page }) => `| ${name} | ${cell(summary)} | ${cell(page.severity)} |\n`,
  );
  return `| rule | finds | severity |\n| --- | --- | --- |\n${rows.join('')}`;
}

function asJson(): string {
  const listed = RULES.map(({ name, summary, page }) => ({ name, summary, ...page }));
  return `${JSON.stringify({ version: 1, rules: listed }, undefined, 2)}\n`;
}
