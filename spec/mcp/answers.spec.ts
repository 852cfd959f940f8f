import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, tcp } from '../../lib/mcp/index.ts';
import { chosenRuns } from '../support/chosen.ts';
import { type LineServer, startLineServer } from '../support/line-server.ts';
import { answer, initialising } from '../support/scripted-server.ts';

/** No request may take longer than this to settle, in milliseconds, whatever its answer; its own timeout is longer. */
const SOON_MS = 1500;

const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(null, '', 0, [], {}));
const error = fc.oneof(value, fc.record({ code: value, message: value, data: value }, { requiredKeys: [] }));
const result = fc.oneof(value, fc.record({ content: value, isError: value, _meta: value }, { requiredKeys: [] }));
/** What a server may write in an answer, but for its id. What has neither a result nor an error is no answer. */
const answers = fc
  .record({ jsonrpc: fc.constantFrom('2.0', '1.0', null), result, error }, { requiredKeys: [] })
  .filter((shape) => 'result' in shape || 'error' in shape);

let server: LineServer;
let pool: McpPool;
/** What the next call is answered with. */
let next: object;
let isBatch: boolean;
const unhandled: unknown[] = [];
const note = (reason: unknown): unknown => unhandled.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  server = await startLineServer((message, say, socket) => {
    if (message.method !== 'tools/call') {
      answer(message, initialising(), say);
      return;
    }
    const one = { id: message.id, ...next };
    socket.write(`${JSON.stringify(isBatch ? [one] : one)}\n`);
  });
  const transport = tcp({ port: server.port, maxGarbageLinesPerSecond: Infinity });
  pool = createMcpPool({ transport, minSize: 1, maxSize: 1, retry: false, healthCheckIntervalMs: 0 });
  await pool.ready();
});
afterAll(async () => {
  process.off('unhandledRejection', note);
  await pool.close();
  await server.stop();
});

async function settled(call: Promise<unknown>): Promise<unknown> {
  const began = performance.now();
  const outcome = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(performance.now() - began).toBeLessThan(SOON_MS);
  return outcome;
}

describe('an answer of whatever shape', () => {
  it.each([false, true])('settles its request soon, with one line where it fails (in a batch: %s)', async (batch) => {
    isBatch = batch;
    const request = { method: 'tools/call', params: { name: 'any' } };
    const property = fc.asyncProperty(answers, fc.boolean(), async (shape, isTyped) => {
      next = shape;
      const options = { timeout: 2 * SOON_MS };
      const call = isTyped ? pool.client.callTool(request.params, options) : pool.client.request(request, options);
      const failure = await settled(call);
      if (failure === undefined) return;
      expect(failure).toBeInstanceOf(Error);
      const { message } = failure as Error;
      expect(message.split('\n').length).toBe(1);
      expect(message.length).toBeLessThan(1000);
    });
    await fc.assert(property, { numRuns: chosenRuns('ANSWER_RUNS', 2000) });
    expect(unhandled).toEqual([]);
    expect(pool.state.connects).toBe(1);
  });
});
