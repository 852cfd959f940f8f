import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { counterServer } from './counter-server.ts';

// A program of its own: the counter over stdio.
serveStdio(counterServer());
