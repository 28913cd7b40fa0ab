// What comes with the extension as `dist/server.js`: the language server, and the command line for its task and its terminal. One
// bundle holds what all need once.
if (process.argv[2] === 'check' || process.argv[2] === 'run') void import('./cli/main');
else void import('./languageServer/main');
