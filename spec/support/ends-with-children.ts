import { stdio } from '../../lib/mcp/lines/stdio.ts';
import { pidIn } from './programs.ts';

// A program of its own: starts a child and a grandchild that nothing but a signal ends, tells their numbers, and ends
// in the way that its argument says.
const script = `
  const idle = ['-e', 'setInterval(() => {}, 1000)'];
  const { pid } = require('node:child_process').spawn(process.execPath, idle, { stdio: 'inherit' });
  console.log('pid ' + pid);
  setInterval(() => {}, 1000);`;
const transport = stdio({ command: process.execPath, args: ['-e', script] }).create();
transport.onerror = ({ message }) => {
  const child = 'pid' in transport ? String(transport.pid) : '';
  process.stdout.write(`${child} ${pidIn(message)}`, end);
};
await transport.start();

function end(): void {
  const how = process.argv[2];
  if (how === 'exit') process.exit(0);
  if (how?.startsWith('SIG') === true) process.kill(process.pid, how);
  if (how === 'reject') void Promise.reject(new Error('not handled'));
  if (how === 'throw') throw new Error('not caught');
}
