import { serveLines } from './serve-lines.ts';

// A program of its own: it serves whoever started it, over stdin and stdout.
serveLines(process.stdin, process.stdout);
