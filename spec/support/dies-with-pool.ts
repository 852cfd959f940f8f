import { createMcpPool, stdio } from '../../lib/mcp/index.ts';
import { initialising, scriptedProgram } from './scripted-server.ts';
import { watched } from './watched.ts';

// A program of its own: has a pool whose servers, and what they have started, nothing but a signal ends, and which is in
// the middle of a request on each; tells the leaders of their groups, and ends in the way that its argument says.
const stubborn = `
  process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); setInterval(() => {}, 1000);`;
const before = `
  require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}], { stdio: 'ignore' });
  ${stubborn}`;
const transport = watched(stdio(scriptedProgram({ ...initialising(), never: { nothing: true } }, before)));
const pool = createMcpPool({ transport, minSize: 3, maxConnecting: 3, closeTimeoutMs: 200 });
await pool.ready();
for (let i = 0; i < 3; i++)
  void pool.use((connection) => connection.request({ method: 'never' })).catch(() => undefined);
process.stdout.write(transport.pids.join(' '), end);

function end(): void {
  const [how = '', listening] = process.argv.slice(2);
  if (listening !== undefined) {
    process.on(how, () => {
      if (listening === 'closing') void pool.close({ timeoutMs: 0 });
      else process.exit(7);
    });
  }
  if (how === 'exit') process.exit(0);
  if (how.startsWith('SIG')) process.kill(process.pid, how);
  if (how === 'reject') void Promise.reject(new Error('not handled'));
  if (how === 'throw') throw new Error('not caught');
}
