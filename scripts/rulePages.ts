import type { Rule } from '../server/analysis/rules/rule';

/** The page of a rule, as Markdown. */
export function rulePage({ name, summary, page }: Rule): string {
  return `# ${name}

${summary}

**Severity:** ${page.severity}

## Why this is bad

${page.why}

## Example

${fenced(page.example)}

## Use instead

${fenced(page.useInstead)}

## Fix

${page.fix}${page.noQuickFix === undefined ? '' : `\n\nThere is no quick fix: ${withSmallInitial(page.noQuickFix)}`}

To silence it: \`# crossblock-disable-next-line ${name}\` above the statement, \`<!-- crossblock-disable ${name} -->\` above the block,
\`<!-- crossblock-disable-file ${name} -->\` anywhere in the file, or \`"rules": { "${name}": "off" }\` in \`.crossblock.json\`.

## References

${page.references.map(reference => `- <${reference}>`).join('\n')}
`;
}

/** The list of all rules, as Markdown. */
export function rulesOverview(rules: readonly Rule[]): string {
  const rows = rules.map(
    ({ name, summary, page }) => `| [${name}](${name}.md) | ${summary} | ${page.severity} |`,
  );
  return `# Rules

Generated from the rules themselves by \`npm run docs\`.

| rule | finds | severity |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function withSmallInitial(sentence: string): string {
  return sentence.slice(0, 1).toLowerCase() + sentence.slice(1);
}

function fenced(document: string): string {
  return `\`\`\`\`markdown\n${document.trimEnd()}\n\`\`\`\``;
}
