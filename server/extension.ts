// What comes with the extension as `dist/server.js`: the language server, and the command line for its task. One bundle holds
// what both need once.
if (process.argv[2] === 'check') void import('./cli/main');
else void import('./languageServer/main');
