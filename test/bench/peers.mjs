// Side by side with what people would run instead on the same files. Called by scripts/benchPage.mjs; nothing is a dependency.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The fenced shell blocks of a text, as a line reader sees them. */
function blocksOf(text) {
  return [...text.matchAll(/^ {0,3}```(?:bash|sh|shell)\b[^\n]*\n([\s\S]*?)^ {0,3}```/gm)].map(
    ([, block]) => block,
  );
}

function seconds(run) {
  const start = performance.now();
  run();
  return (performance.now() - start) / 1_000;
}

/** @returns {{ name: string, what: string, seconds: number }[]} one row for each peer that could be installed */
export async function measurePeers(files, cli, folder) {
  const blocks = path.join(folder, 'blocks');
  mkdirSync(blocks, { recursive: true });
  const scripts = files.flatMap((file, index) =>
    blocksOf(readFileSync(file, 'utf8')).map((block, number) => {
      const script = path.join(blocks, `${index}-${number}.bash`);
      writeFileSync(script, `${block}\n`);
      return script;
    }),
  );
  const rows = [];
  rows.push({
    name: 'Crossblock',
    what: `check, ${files.length} files`,
    seconds: seconds(() =>
      spawnSync(process.execPath, [cli, 'check', '--format', 'json', '--', ...files], { maxBuffer: 1e9 }),
    ),
  });
  for (const peer of [shellcheck, markdownlint, bashLanguageServer]) {
    try {
      rows.push(await peer(files, scripts, folder));
    } catch (error) {
      console.error(`${peer.name}: not measured: ${String(error.message).split('\n')[0]}`);
    }
  }
  return rows;
}

function shellcheck(_, scripts, folder) {
  execFileSync('apt-get', ['download', 'shellcheck'], { cwd: folder, stdio: 'pipe' });
  execFileSync('bash', ['-c', 'dpkg -x shellcheck_*.deb shellcheck'], { cwd: folder });
  const program = path.join(folder, 'shellcheck/usr/bin/shellcheck');
  const version = /version: (\S+)/.exec(execFileSync(program, ['--version']).toString())?.[1];
  const time = seconds(() =>
    spawnSync(program, ['-s', 'bash', '-f', 'json', '--', ...scripts], { maxBuffer: 1e9 }),
  );
  return { name: `ShellCheck ${version}`, what: `${scripts.length} extracted blocks`, seconds: time };
}

function install(folder, name) {
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder, name], {
    stdio: 'pipe',
  });
  const manifest = path.join(folder, 'node_modules', name, 'package.json');
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}

async function markdownlint(files, _, folder) {
  const version = install(folder, 'markdownlint');
  const entry = path.join(folder, 'node_modules/markdownlint/lib/exports-sync.mjs');
  const { lint } = await import(pathToFileURL(entry).href);
  const time = seconds(() => lint({ files: [...files] }));
  return {
    name: `markdownlint ${version}`,
    what: `${files.length} files, without starting Node`,
    seconds: time,
  };
}

async function bashLanguageServer(_, scripts, folder) {
  const version = install(folder, 'bash-language-server');
  const require = createRequire(path.join(folder, 'node_modules/bash-language-server/package.json'));
  const load = name => require(`./out/${name}.js`);
  const { initializeParser } = load('parser');
  const { default: Analyzer } = load('analyser');
  const { TextDocument } = require('vscode-languageserver-textdocument');
  const parser = await initializeParser();
  const analyzer = new Analyzer({ parser, workspaceFolder: null });
  const documents = scripts.map(file =>
    TextDocument.create(pathToFileURL(file).href, 'shellscript', 1, readFileSync(file, 'utf8')),
  );
  const time = seconds(() => {
    for (const document of documents) analyzer.analyze({ document, uri: document.uri });
  });
  return {
    name: `bash-language-server ${version}`,
    what: `analysis of ${scripts.length} extracted blocks, without starting Node`,
    seconds: time,
  };
}
