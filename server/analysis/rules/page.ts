import type { RuleName } from '../finding';

/** Where a rule's page is: the link behind a diagnostic's code. */
export function ruleUrl(rule: RuleName): string {
  return `https://github.com/crossblock/crossblock/blob/main/docs/rules/${rule}.md`;
}
