import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

/**
 * The one direction of dependencies. A part may import what its line names, and itself; nothing else. What only types need
 * leaves no trace in the program, so within the analysis a type may come from a later layer: a channel's type names a flow's.
 */
const PARTS: readonly Part[] = [
  // The analysis does no I/O: no `node:`, no editor. Only `shell` knows the grammar, only `document` Markdown.
  { folder: 'server/analysis/text', imports: [] },
  { folder: 'server/analysis/table', imports: [] },
  { folder: 'server/analysis/kept', imports: [] },
  { folder: 'server/analysis/finding', imports: ['server/analysis/text'] },
  { folder: 'server/analysis/hosts', imports: [] },
  { folder: 'server/analysis/document', imports: ['server/analysis/(text|kept)', 'markdown-it', 'yaml'] },
  { folder: 'server/analysis/shell', imports: ['server/analysis/(text|table|kept)', 'web-tree-sitter'] },
  {
    // Flow and channels are one layer of two folders: a path decides what a block loads, a load what its next path is.
    folder: 'server/analysis/(flow|channels)',
    imports: ['server/analysis/(text|table|kept|finding|hosts|document|shell)'],
  },
  {
    folder: 'server/analysis/rules',
    imports: ['server/analysis/(text|table|kept|finding|hosts|document|shell|flow|channels)'],
  },
  {
    folder: 'server/analysis/fixes',
    imports: ['server/analysis/(text|table|kept|finding|hosts|document|shell|flow|channels|rules)'],
  },
  {
    folder: 'server/analysis/analyse',
    imports: ['server/analysis/(text|table|kept|finding|hosts|document|shell|flow|channels|rules|fixes)'],
  },
  {
    folder: 'server/analysis/explain',
    imports: ['server/analysis/(text|table|kept|finding|hosts|document|shell|flow|channels|rules|analyse)'],
  },
  {
    folder: 'server/analysis/symbols',
    imports: ['server/analysis/(text|kept|finding|hosts|document|shell|flow|rules|fixes|analyse|explain)'],
  },
  {
    folder: 'server/workspace',
    imports: [
      'server/analysis',
      'node:.*',
      'diff',
      'ignore',
      'picomatch',
      'strip-json-comments',
      'fastest-levenshtein',
    ],
  },
  {
    // The graph shows what the rules and the sentences say: it stands beside `explain`.
    folder: 'server/analysis/graph',
    imports: [
      'server/analysis/(text|table|finding|hosts|document|shell|flow|channels|rules|analyse|explain)',
    ],
  },
  // Of the analysis, the inspector takes the values of shell text alone.
  { folder: 'server/inspector', imports: ['server/analysis/shell', 'node:.*', 'picomatch'] },
  {
    folder: 'server/protocol',
    imports: ['server/inspector/types', 'server/analysis/graph', 'vscode-languageserver.*'],
  },
  // What executes documents: `crossblock run` alone imports it (a test below holds that).
  { folder: 'server/run', imports: ['server/(analysis|workspace)', 'node:.*'] },
  { folder: 'server/version', imports: ['package.json'] },
  {
    folder: 'server/languageServer',
    imports: ['server/(analysis|workspace|inspector|protocol|version)', 'node:.*', 'vscode-languageserver.*'],
  },
  {
    // `crossblock lsp` starts the language server; the pages of the rules lie in one place.
    folder: 'server/cli',
    imports: [
      'server/(analysis|workspace|inspector|version|run)',
      'server/languageServer/(server|rulePages|scanThread)',
      'node:.*',
      'diff',
      'vscode-languageserver/node',
      // Colours; files that change; the types of a report.
      'picocolors',
      'chokidar',
      'sarif',
    ],
  },
  {
    folder: 'server/extension',
    imports: ['server/(cli|languageServer)/main', 'server/languageServer/scanThread', 'node:worker_threads'],
  },
  // The client only wires: what it shares with the server are the messages between them.
  {
    folder: 'client',
    imports: ['server/protocol', 'node:(crypto|path)', 'vscode', 'vscode-languageclient/node'],
  },
];

interface Part {
  /** A path, or a pattern of paths, below the repository. */
  readonly folder: string;
  readonly imports: readonly string[];
}

interface Import {
  readonly file: string;
  /** A file of the repository without its extension, or a package. */
  readonly target: string;
  readonly typeOnly: boolean;
}

const repository = path.join(__dirname, '../..');
const files: ReadonlySet<string> = new Set(['server', 'client'].flatMap(sourceFiles));
const imports = [...files].flatMap(importsOf);

const needs = new Map(
  [...files].map(file => [
    file,
    imports.filter(found => found.file === file && !found.typeOnly).map(({ target }) => target),
  ]),
);

describe('imports', () => {
  test.each(PARTS.map(part => [part.folder, part] as const))('%s', (_, part) => {
    const own = imports.filter(({ file }) => lies(file, part.folder));
    expect(own.filter(found => !allowed(found, part)).map(describeImport)).toEqual([]);
  });

  test('each file belongs to one part', () => {
    const partsOf = (file: string) => PARTS.filter(({ folder }) => lies(file, folder));
    expect([...files].filter(file => partsOf(file).length !== 1)).toEqual([]);
  });

  test('only `crossblock run` can execute a document', () => {
    const users = imports.filter(
      ({ file, target }) => lies(target, 'server/run') && !lies(file, 'server/run'),
    );
    expect([...new Set(users.map(({ file }) => file))]).toEqual(['server/cli/run']);
  });

  test('no circle leads through two folders', () => {
    const crossing = imports.filter(
      ({ file, target, typeOnly }) => !typeOnly && path.dirname(file) !== path.dirname(target),
    );
    expect(crossing.filter(({ file, target }) => reaches(target, file)).map(describeImport)).toEqual([]);
  });
});

describe('the test itself', () => {
  test('finds the imports', () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(imports.some(({ target }) => target === 'web-tree-sitter')).toBe(true);
    expect(imports.some(({ typeOnly }) => typeOnly)).toBe(true);
  });

  test('sees what is not allowed', () => {
    const found = { file: 'server/analysis/shell/syntax', target: 'node:fs', typeOnly: true };
    expect(PARTS.filter(part => lies(found.file, part.folder)).some(part => allowed(found, part))).toBe(
      false,
    );
  });
});

function allowed({ target, typeOnly }: Import, { folder, imports: others }: Part): boolean {
  if (lies(target, folder)) return true;
  // The inspector's types are those of its messages; the analysis is one house.
  if (typeOnly && lies(target, 'server/analysis') && folder.startsWith('server/analysis')) return true;
  return others.some(other => lies(target, other));
}

function lies(file: string, folder: string): boolean {
  return new RegExp(`^(?:${folder})(?:/|$)`).test(file);
}

function describeImport({ file, target, typeOnly }: Import): string {
  return `${file} imports ${typeOnly ? 'types of ' : ''}${target}`;
}

/** All TypeScript files below a folder of the repository, without extension. */
function sourceFiles(folder: string): readonly string[] {
  const entries = readdirSync(path.join(repository, folder), { recursive: true }) as readonly string[];
  return entries
    .filter(file => file.endsWith('.ts'))
    .map(file => path.posix.join(folder, file.split(path.sep).join('/')).slice(0, -'.ts'.length));
}

/** Static and dynamic imports, re-exports and `require`. */
function importsOf(file: string): readonly Import[] {
  const text = readFileSync(path.join(repository, `${file}.ts`), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
      add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && isImportCall(node)) add(node.arguments[0]!, false);
    ts.forEachChild(node, visit);
  };
  const add = (specifier: ts.Node, typeOnly: boolean): void => {
    if (!ts.isStringLiteralLike(specifier)) throw new Error(`${file} imports what only the run knows`);
    found.push({ file, target: resolve(file, specifier.text), typeOnly });
  };
  visit(source);
  return found;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const { name, namedBindings } = clause;
  return (
    name === undefined &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.every(element => element.isTypeOnly)
  );
}

function isImportCall({ expression, arguments: words }: ts.CallExpression): boolean {
  const requires = ts.isIdentifier(expression) && expression.text === 'require';
  return words.length > 0 && (requires || expression.kind === ts.SyntaxKind.ImportKeyword);
}

function resolve(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const target = path.posix.join(path.posix.dirname(file), specifier);
  return files.has(target) || !files.has(`${target}/index`) ? target : `${target}/index`;
}

/** Tells whether a file needs another one when the program runs. Files of one folder may need each other: a walk recurses. */
function reaches(from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const file of seen)
    for (const target of needs.get(file) ?? []) {
      if (target === to) return true;
      seen.add(target);
    }
  return false;
}
