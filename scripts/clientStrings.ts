import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.dirname(__dirname);

/** All strings of the client that can be translated, in the order of the alphabet. */
export function clientStrings(): readonly string[] {
  const folder = path.join(root, 'client');
  const files = (readdirSync(folder, { recursive: true }) as readonly string[]).filter(file =>
    file.endsWith('.ts'),
  );
  return [...new Set(files.flatMap(file => stringsIn(path.join(folder, file))))].sort();
}

/** @throws where a string is put together: such a one cannot be translated */
function stringsIn(file: string): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === 'l10n.t') {
      const [first] = node.arguments;
      if (first === undefined || !ts.isStringLiteralLike(first))
        throw new Error(`${file}: l10n.t needs a plain string`);
      found.push(first.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
