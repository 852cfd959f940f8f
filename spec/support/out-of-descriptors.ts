import { closeSync, openSync } from 'node:fs';
import { stdio } from '../../lib/mcp/lines/stdio.ts';

// A program of its own, to be run under a low limit: takes all descriptors, tries to start a child with none left and
// with one left, and again when they are free.
const taken: number[] = [];
const program = stdio({ command: 'node', args: ['-e', 'process.stdin.resume()'] });

function takeAll(): void {
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    // Now there are none.
  }
}

async function start(): Promise<string> {
  const transport = program.create();
  try {
    await transport.start();
    return 'started';
  } catch (error) {
    return error instanceof Error && 'code' in error ? `${String(error.code)} ${error.message}` : String(error);
  } finally {
    await transport.close();
  }
}

takeAll();
const none = await start();
closeSync(taken.pop() ?? -1);
const one = await start();
for (const descriptor of taken) closeSync(descriptor);
process.stdout.write([none, one, await start()].join('\n'));
