import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { stdio } from '../../lib/mcp/lines/stdio.ts';
import { pidIn } from './programs.ts';

// A program of its own: does one after the other what its further arguments say, tells the numbers of the processes that
// it has started, and ends in the way that its first argument says. Nothing but a signal ends those processes.
type OnExit = (action: () => unknown) => () => void;
const require = createRequire(import.meta.url);
const signalExit = (version: 3 | 4): OnExit =>
  version === 3 ? (require('signal-exit-3') as OnExit) : (require('signal-exit') as { onExit: OnExit }).onExit;
const script = `
  const idle = ['-e', 'setInterval(() => {}, 1000)'];
  const { pid } = require('node:child_process').spawn(process.execPath, idle, { stdio: 'inherit' });
  console.log('pid ' + pid);
  setInterval(() => {}, 1000);`;
const [how = '', ...steps] = process.argv.slice(2);
const pids: number[] = [];

for (const step of steps) await take(step);
process.stdout.write(pids.join(' '), end);

async function take(step: string): Promise<void> {
  if (step === 'child') await start(stdio);
  if (step === 'copied child') await start(await copiedStdio());
  if (step === 'signal-exit 3') signalExit(3)(() => writeSync(1, ' told 3'));
  if (step === 'signal-exit 4') signalExit(4)(() => writeSync(1, ' told 4'));
  if (step === 'taken over') signalExit(4)(takeOver);
  if (step === 'listener') process.on(how, () => process.exit(7));
}

/** By `true` it says that the process goes on. */
function takeOver(): boolean {
  setTimeout(() => process.exit(7), 100);
  return true;
}

async function start(open: typeof stdio): Promise<void> {
  const transport = open({ command: process.execPath, args: ['-e', script] }).create();
  const grandchild = new Promise<number>((resolve) => {
    transport.onerror = ({ message }) => {
      resolve(pidIn(message));
    };
  });
  await transport.start();
  pids.push('pid' in transport ? Number(transport.pid) : 0, await grandchild);
}

/** That of a second version in one tree, which stands in the folder that the environment names. */
async function copiedStdio(): Promise<typeof stdio> {
  const folder = pathToFileURL(process.env['COPY'] ?? '').href;
  return ((await import(`${folder}/mcp/lines/stdio.js`)) as { stdio: typeof stdio }).stdio;
}

function end(): void {
  if (how === 'exit') process.exit(0);
  if (how.startsWith('SIG')) process.kill(process.pid, how);
}
