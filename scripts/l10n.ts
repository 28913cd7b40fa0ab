import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { clientStrings } from './clientStrings';

// Writes l10n/bundle.l10n.json, what translators start from: `npm run l10n`.
const bundle = Object.fromEntries(clientStrings().map(text => [text, text]));
const file = path.join(__dirname, '../l10n/bundle.l10n.json');
writeFileSync(file, `${JSON.stringify(bundle, null, 2)}\n`);
