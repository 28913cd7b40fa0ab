import { isMainThread } from 'node:worker_threads';
import { isScanThread, serveScans } from './languageServer/scanThread';

// What comes with the extension as `dist/server.js`: the language server, and the command line for its task and its terminal. One
// bundle holds what all need once, and runs again in the threads of either.
if (isScanThread()) serveScans();
else if (!isMainThread || process.argv[2] === 'check' || process.argv[2] === 'run') void import('./cli/main');
else void import('./languageServer/main');
