import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { toolServer } from '../support/tool-server.ts';

// A program of its own: the tools of the TCP server, over stdin and stdout.
serveStdio(toolServer());
