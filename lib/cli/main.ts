#!/usr/bin/env node
import { interrupts } from './interrupts.ts';

const end = (exitCode: number): void => process.exit(exitCode);
// Whoever reads, `head` for one, has seen enough: the exit code is that of a program that SIGPIPE has ended.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    end(code === 'EPIPE' ? 141 : 2);
  });
}
const signal = interrupts(process, end);

// Loading the rest takes a moment, and Ctrl-C is to be heard from the first.
const { run } = await import('./program.ts');
const { stdin, stdout, stderr, env } = process;
const demoServer = new URL('./load/demo-server.js', import.meta.url);
const EXIT_CODE = await run(process.argv.slice(2), { stdin, stdout, stderr, env, signal, demoServer });
// Pipes may still have something to take.
stdout.write('', () => {
  end(EXIT_CODE);
});
