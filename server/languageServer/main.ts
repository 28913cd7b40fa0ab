import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { VERSION } from '../version';
import { startServer } from './server';

// The client starts this bundle as a Node process of its own and talks to it over IPC.
startServer(createConnection(ProposedFeatures.all), VERSION);
