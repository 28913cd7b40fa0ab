import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadWASM, OnigScanner, OnigString } from 'vscode-oniguruma';
import { type IGrammar, INITIAL, type IRawGrammar, parseRawGrammar, Registry } from 'vscode-textmate';
import manifest from '../../../package.json';

/*
 * The grammars in the tokenizer that VS Code uses, injected into a Markdown and a shell grammar that are reduced to the scopes
 * which the injections name; those scopes are what VS Code's own grammars give.
 */
const MARKDOWN = {
  scopeName: 'text.html.markdown',
  patterns: [
    {
      begin: '^```bash$',
      end: '^```$',
      name: 'markup.fenced_code.block.markdown',
      contentName: 'meta.embedded.block.shellscript',
      patterns: [{ include: 'source.shell' }],
    },
    { match: '`[^`]+`', name: 'markup.inline.raw.string.markdown' },
    { begin: '<!--', end: '-->', name: 'comment.block.html' },
  ],
};
const SHELL = {
  scopeName: 'source.shell',
  patterns: [
    { match: '#.*$', name: 'comment.line.number-sign.shell' },
    { match: '[<>]', name: 'keyword.operator.redirect.shell' },
    { match: '\\$\\w+', name: 'variable.other.normal.shell' },
    {
      begin: '"',
      end: '"',
      name: 'string.quoted.double.shell',
      patterns: [{ match: '\\$\\w+', name: 'variable.other.normal.shell' }],
    },
  ],
};

const TEXT = [
  'Branch: !`git log $ARGUMENTS`, the first of $ARGUMENTS is $1, and `code` costs $10.',
  '<!-- crossblock: step --> <!-- crossblock-disable lost-variable --> <!-- a comment -->',
  '```bash',
  'true # crossblock-disable-line lost-variable',
  'cp <path to the file> "/tmp/{{name}}"',
  'sort < input.txt > "$ARGUMENTS"',
  'echo "$1" $OTHER',
  '```',
];

const repository = path.join(__dirname, '../../..');
let grammar: IGrammar;

beforeAll(async () => {
  const require = createRequire(import.meta.url);
  await loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
  const injected = manifest.contributes.grammars;
  const registry = new Registry({
    onigLib: Promise.resolve({
      createOnigScanner: patterns => new OnigScanner(patterns),
      createOnigString: text => new OnigString(text),
    }),
    loadGrammar: async scope => load(scope),
    getInjections: scope =>
      injected.filter(({ injectTo }) => injectTo.includes(scope)).map(({ scopeName }) => scopeName),
  });
  const loaded = await registry.loadGrammar('text.html.markdown');
  if (loaded === null) throw new Error('no grammar');
  grammar = loaded;
});

function load(scope: string): IRawGrammar | null {
  const own = manifest.contributes.grammars.find(({ scopeName }) => scopeName === scope);
  if (own !== undefined) {
    const file = path.join(repository, own.path);
    return parseRawGrammar(readFileSync(file, 'utf8'), file);
  }
  const known = [MARKDOWN, SHELL].find(({ scopeName }) => scopeName === scope);
  return known === undefined ? null : parseRawGrammar(JSON.stringify(known), 'stand-in.json');
}

/** Each piece of the text with the scopes of its own, the innermost one last. */
function tokensOf(lines: readonly string[]): readonly (readonly [text: string, scopes: string])[] {
  let state = INITIAL;
  return lines.flatMap(line => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    return tokens.map(
      ({ startIndex, endIndex, scopes }) => [line.slice(startIndex, endIndex), scopes.join(' ')] as const,
    );
  });
}

/** What has a scope, in the text's order. */
function withScope(scope: string): readonly string[] {
  return tokensOf(TEXT)
    .filter(([, scopes]) => scopes.includes(scope))
    .map(([text]) => text);
}

describe('what the grammars colour', () => {
  test('a command that the host runs, with its sign', () => {
    expect(withScope('keyword.control.command.crossblock')).toEqual(['!']);
    expect(withScope('meta.embedded.inline.shellscript.crossblock').join('')).toBe('!`git log $ARGUMENTS`');
  });

  test('arguments, in the prose, in a command and in a block; $10 is a price', () => {
    expect(withScope('variable.parameter.argument')).toEqual([
      '$ARGUMENTS',
      '$ARGUMENTS',
      '$1',
      '$ARGUMENTS',
    ]);
  });

  test('placeholders in a block, also in a string; a redirection is none', () => {
    expect(withScope('constant.other.placeholder')).toEqual(['<path to the file>', '{{name}}']);
  });

  test('directives and the rules that they name; other comments stay what they are', () => {
    expect(withScope('keyword.other.directive')).toEqual([
      'crossblock: step',
      'crossblock-disable',
      'crossblock-disable-line',
    ]);
    expect(withScope('entity.name.tag').map(text => text.trim())).toEqual([
      '',
      'lost-variable',
      'lost-variable',
    ]);
  });

  test('what stands behind is the block’s own again', () => {
    expect(withScope('variable.other.normal.shell')).toEqual(['$1', '$OTHER']);
  });
});
