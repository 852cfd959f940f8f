import { expect, it } from 'vitest';
import { type Evidence, bottleneckOf } from '../../../lib/cli/load/bottleneck.ts';

const calm: Evidence = {
  ...{ loopShare: 0.3, cpuShare: 0.3, lateMs: 0, latencyMs: 10, servedMs: 9.5, fullShare: 0 },
  ...{ maxSize: 4, aloneMs: 9, pingMs: 0.2 },
};

it.each<[string, Partial<Evidence>, RegExp]>([
  ['client', { loopShare: 0.97, cpuShare: 0.9 }, /the event loop of this program was busy 97 % of the time/],
  ['machine', { loopShare: 0.97, cpuShare: 0.31 }, /was busy 97 % of the time, but had a processor in 31 % of it only/],
  ['client', { loopShare: undefined, lateMs: 400, latencyMs: 5000 }, /sent its requests 400 ms late/],
  ['client', { loopShare: undefined, lateMs: 6 }, /sent its requests 6.00 ms late/],
  ['pool size', { latencyMs: 40, fullShare: 0.96 }, /all 4 connections were in use 96 % .* 76 % of its time waiting/],
  [
    'server',
    { latencyMs: 40, fullShare: 0.96, aloneMs: 3 },
    /takes 9.50 ms under load and 3.00 ms alone, so that more/,
  ],
  ['server', { servedMs: 9.5, aloneMs: 3 }, /^the server takes 9.50 ms under load and 3.00 ms alone\.$/],
  ['wire', { latencyMs: 0.3, servedMs: 0.3, aloneMs: 0.3, pingMs: 0.2 }, /a ping alone takes 200 µs of the 300 µs/],
  ['none', {}, /the 9.50 ms of a request are the server's own work/],
  ['none', { aloneMs: undefined, pingMs: undefined, loopShare: undefined }, /requests hardly wait: the 9.50 ms/],
])('is the %s where that is what was measured: %j', (what, measured, because) => {
  const bottleneck = bottleneckOf({ ...calm, ...measured });
  expect(bottleneck.what).toBe(what);
  expect(bottleneck.because).toMatch(because);
});
