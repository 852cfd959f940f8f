import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { timedServer } from './timed-server.ts';

// A program of its own: it serves whoever started it, over stdin and stdout.
serveStdio(timedServer);
