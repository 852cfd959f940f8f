import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { notesServer } from './notes-server.ts';

// The server of the examples as a program of its own, to be started by `stdio({ command, args })`.
serveStdio(notesServer);
