import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HOSTS } from '../server/analysis/hosts';
import { RULES } from '../server/analysis/rules';
import { hostsPage } from './hostsPage';
import { rulePage, rulesOverview } from './rulePages';

// Writes docs/rules from what the rules say of themselves, and docs/hosts.md from the profiles of hosts: `npm run docs`.
const folder = path.join(__dirname, '../docs/rules');
mkdirSync(folder, { recursive: true });
for (const rule of RULES) writeFileSync(path.join(folder, `${rule.name}.md`), rulePage(rule));
writeFileSync(path.join(folder, 'README.md'), rulesOverview(RULES));
writeFileSync(path.join(folder, '../hosts.md'), hostsPage(HOSTS));
