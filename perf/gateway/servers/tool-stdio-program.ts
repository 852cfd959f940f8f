import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { toolServer } from './tool-server.ts';

// A program of its own: it serves whoever started it, in either era.
serveStdio(toolServer);
