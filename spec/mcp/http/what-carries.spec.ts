import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { streamableHttp } from '../../../lib/mcp/index.ts';
import { openPool } from '../../support/open-pool.ts';
import { type ScriptedHttp, answerTo, jsonType, startScriptedHttp } from '../../support/scripted-http.ts';

const places = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];
let server: ScriptedHttp;
beforeEach(async () => {
  server = await startScriptedHttp();
  onTestFinished(() => server.stop());
});
afterEach(() => {
  vi.unstubAllGlobals();
});

type Options = Parameters<typeof streamableHttp>[0];

const one = (options: Partial<Options> = {}) =>
  openPool({ transport: streamableHttp({ url: server.url, ...options }), minSize: 1, maxSize: 1, retry: false });

/** Puts back what stood there. */
function setGlobal(place: symbol, value: unknown): void {
  const before: unknown = Reflect.get(globalThis, place);
  Reflect.set(globalThis, place, value);
  onTestFinished(() => void Reflect.set(globalThis, place, before));
}

/** A dispatcher that counts, and leaves the rest to an agent of undici. */
async function counting(): Promise<{ dispatcher: NonNullable<Options['dispatcher']>; count: () => number }> {
  const { Agent } = await import('undici');
  const agent = new Agent();
  onTestFinished(() => agent.destroy());
  let count = 0;
  const dispatcher: NonNullable<Options['dispatcher']> = {
    dispatch: (request, handler) => {
      count++;
      return agent.dispatch(request, handler);
    },
  };
  return { dispatcher, count: () => count };
}

describe('requests are carried', () => {
  it('by a dispatcher of the user, which is not closed', async () => {
    const { dispatcher, count } = await counting();
    const pool = one({ dispatcher });
    await pool.client.callTool({ name: 'x' });
    await pool.close();
    expect(count()).toBe(server.log.length);
  });

  it('by a MockAgent, without a network', async () => {
    const { MockAgent } = await import('undici');
    const agent = new MockAgent();
    agent.disableNetConnect();
    const answer = ({ body }: { body?: unknown }) => {
      const { id, method, params } = JSON.parse(String(body)) as {
        id?: number;
        method: string;
        params?: { protocolVersion?: string };
      };
      const result = {
        protocolVersion: params?.protocolVersion,
        capabilities: {},
        serverInfo: { name: 'm', version: '1' },
      };
      if (id === undefined) return { statusCode: 202, data: '' };
      const data = answerTo(id, method === 'initialize' ? result : { content: [{ type: 'text', text: 'mocked' }] });
      return { statusCode: 200, data, responseOptions: { headers: jsonType } };
    };
    agent
      .get('http://mocked')
      .intercept({ path: '/mcp', method: 'POST' })
      .reply(answer as never)
      .persist();
    const pool = one({ url: 'http://mocked/mcp', dispatcher: agent });
    expect(await pool.client.callTool({ name: 'x' })).toMatchObject({ content: [{ text: 'mocked' }] });
  });

  it('by the global fetch where it was replaced, as long as it is', async () => {
    const pool = one();
    await pool.client.callTool({ name: 'x' });
    const seen = vi.fn(globalThis.fetch);
    vi.stubGlobal('fetch', seen);
    await pool.client.callTool({ name: 'x' });
    expect(seen).toHaveBeenCalledOnce();
    vi.unstubAllGlobals();
    await pool.client.callTool({ name: 'x' });
    expect(seen).toHaveBeenCalledOnce();
  });

  it.each(places)('by what was set for everybody at %s', async (place) => {
    const { dispatcher, count } = await counting();
    setGlobal(place, dispatcher);
    const pool = one();
    await pool.client.callTool({ name: 'x' });
    expect(count()).toBe(server.log.length);
  });

  it('by an agent of the undici within Node that was set for everybody, whose limits of time are not ours', async () => {
    await fetch(server.url).then((response) => response.text());
    const [place = Symbol()] = places;
    const { constructor } = Reflect.get(globalThis, place) as { constructor: new (options: object) => object };
    setGlobal(place, new constructor({ headersTimeout: 20, bodyTimeout: 20 }));
    const pool = one();
    await pool.ready();
    server.script = ({ response, message }) => {
      if (message.method !== 'tools/call') return false;
      setTimeout(() => response.writeHead(200, jsonType).end(answerTo(message.id)), 1500);
      return true;
    };
    await pool.client.callTool({ name: 'x' });
  });

  it('by none of them where `tls` or `path` is given', async () => {
    const { dispatcher, count } = await counting();
    places.forEach((place) => {
      setGlobal(place, dispatcher);
    });
    const path = join(tmpdir(), `rx-mcp-pool-${process.pid}.sock`);
    const local = await startScriptedHttp(undefined, undefined, path);
    onTestFinished(() => local.stop());
    const pool = one({ url: 'http://somewhere/mcp', path });
    await pool.client.callTool({ name: 'x' });
    expect([count(), local.log.includes('POST tools/call')]).toEqual([0, true]);
    await pool.close();
  });
});

it('leaves alone what others have set for everybody, and sets nothing', async () => {
  const code = `
    await import('./lib/mcp/index.ts').catch(() => import('./build/lib/mcp/index.js'));
    console.log(${JSON.stringify(places.map(({ description }) => description))}.map((name) => typeof globalThis[Symbol.for(name)]).join());`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
  expect(stdout.trim()).toBe('undefined,undefined');
});
