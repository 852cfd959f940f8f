import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { fixture } from './fixture.ts';

// A program of its own: the fixture over stdio, in the era in which it is spoken to.
serveStdio(fixture);
