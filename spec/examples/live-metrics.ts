import { distinctUntilChanged, filter, map, take } from 'rxjs';
import { createMcpPool, requestMetrics, tcp } from 'rx-mcp-pool/mcp';
import { serveTcp } from 'rx-mcp-pool/serve';
import { notesServer } from './notes-server.ts';

// What a pool does, as it happens: gauges, latencies, requests by tool, and a warning before requests are refused.

const notes = await serveTcp(notesServer);
const transport = tcp({ port: notes.port });
const pool = createMcpPool({ transport, minSize: 1, maxSize: 2, metricsWindowMs: 200 });

// Gauges of the moment and the latencies of the last window, in microseconds.
pool.metrics$
  .pipe(
    filter(({ waitTimeUs }) => waitTimeUs.count > 0),
    take(1),
  )
  .subscribe(({ activeConnections, currentSize, waitTimeUs }) => {
    console.log(`${activeConnections} of ${currentSize} in use, waited up to ${Math.ceil(waitTimeUs.max / 1000)} ms`);
  });

// Above 0.5 somebody waits; 1 means that the next one is refused, as by a pool that is being closed.
pool.pressure$
  .pipe(
    map((pressure) =>
      pressure === 1 ? 'the next one is refused' : pressure > 0.5 ? 'somebody waits' : 'nobody waits',
    ),
    distinctUntilChanged(),
  )
  .subscribe((line) => {
    console.log(line);
  });

// What became of the requests, by method and tool.
pool.requests$
  .pipe(
    requestMetrics({ windowMs: 0 }), // one window, until the pool is closed
    map((windows) => windows.map(({ tool, tookUs, failed }) => `${tool}: ${tookUs.count} calls, ${failed} failed`)),
  )
  .subscribe((lines) => {
    console.log(lines.join('\n'));
  });

const call = (): Promise<unknown> => pool.client.callTool({ name: 'slow', arguments: { ms: 100 } });
await Promise.all(Array.from({ length: 8 }, call));

// The same for people who live in promises: the latest metrics, whenever there are new ones.
for await (const { totalCheckouts } of pool.watch()) {
  console.log(`${totalCheckouts} checkouts so far`);
  break;
}

await pool.close();
await notes.close();
