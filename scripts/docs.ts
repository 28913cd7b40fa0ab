import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RULES } from '../server/analysis/rules';
import { rulePage, rulesOverview } from './rulePages';

// Writes docs/rules from what the rules say of themselves: `npm run docs`.
const folder = path.join(__dirname, '../docs/rules');
mkdirSync(folder, { recursive: true });
for (const rule of RULES) writeFileSync(path.join(folder, `${rule.name}.md`), rulePage(rule));
writeFileSync(path.join(folder, 'README.md'), rulesOverview(RULES));
