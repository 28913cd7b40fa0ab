import type { Rule } from '../../analysis/rules/rule';

/** Columns of a paragraph. */
const WIDTH = 100;

/** The page of a rule, as text for a terminal. */
export function formatRulePage({ name, summary, page }: Rule): string {
  const parts = [
    `${name}: ${summary}`,
    `Severity: ${page.severity}`,
    page.why,
    'Example:',
    indented(page.example),
    'Use instead:',
    indented(page.useInstead),
    `Fix: ${page.fix}`,
    `To silence it: # crossblock-disable-next-line ${name}`,
    `References:\n${page.references.map(reference => `  ${reference}`).join('\n')}`,
  ];
  return `${parts.map(part => (/^ |\n/.test(part) ? part : wrapped(part))).join('\n\n')}\n`;
}

function indented(document: string): string {
  return document
    .trimEnd()
    .split('\n')
    .map(line => (line === '' ? '' : `    ${line}`))
    .join('\n');
}

function wrapped(paragraph: string): string {
  const lines: string[] = [];
  for (const word of paragraph.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
