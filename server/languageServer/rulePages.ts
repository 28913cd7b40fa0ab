import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RuleName } from '../analysis/finding';

/** Where a rule's page is: it is installed beside the bundle, so that the link works without a network. */
export function ruleUrl(rule: RuleName): string {
  return pathToFileURL(path.join(__dirname, '..', 'docs', 'rules', `${rule}.md`)).href;
}
