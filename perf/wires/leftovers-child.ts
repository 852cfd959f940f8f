import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { callOf } from './contenders/call.ts';
import { awaited } from './contenders/closed-loop.ts';
import { poolOverHttp, poolOverTcp, shared } from './contenders/ours.ts';

const CALLS = 10_000;
const AT_ONCE = 50;

// A program of its own, for it looks at all of its process; it tells whoever forked it what was left.
const [where, port, httpPort] = process.argv.slice(2);
let warnings = 0;
process.on('warning', () => warnings++);
const pool = await (where === 'HTTP'
  ? poolOverHttp(Number(httpPort), '/json', shared)
  : poolOverTcp(Number(port), shared));
// One signal for all of them, as a server that stops has.
const { signal } = new AbortController();
const call = (): Promise<unknown> => pool.client.callTool(callOf('echo'), { signal });
await awaited(call, AT_ONCE, AT_ONCE);
const before = listeners();
await awaited(call, CALLS, AT_ONCE);
// Warnings come a turn later.
await sleep(100);
process.send?.({ warnings, listeners: listeners() - before }, () => process.exit());

function listeners(): number {
  const ofProcess = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return ofProcess + getEventListeners(signal, 'abort').length;
}
