import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { serveGateway } from '../../../lib/gateway/index.ts';
import { KEY, nodesOf } from '../../support/replicas-of-gateway.ts';

describe('the port for peers', () => {
  it('takes nothing that was not sealed with the key', async () => {
    const [node] = await nodesOf(1, () => ({ servers: {} }));
    const url = `http://127.0.0.1:${node?.peerPort ?? 0}`;
    const hop = JSON.stringify({ kind: 'node' });
    const status = async (headers: Record<string, string> = {}): Promise<number> =>
      (await fetch(url, { method: 'POST', body: hop, headers })).status;
    expect(await status()).toBe(403);
    expect(await status({ 'x-hop-at': String(Date.now()), 'x-hop-seal': 'x'.repeat(43) })).toBe(403);
    const sealed = (at: number): Record<string, string> => {
      const seal = createHmac('sha256', KEY).update(`${at}\n${hop}`).digest('base64url');
      return { 'x-hop-at': String(at), 'x-hop-seal': seal };
    };
    expect(await status(sealed(Date.now()))).toBe(200);
    expect(await status(sealed(Date.now() - 60_000))).toBe(403);
  });

  it.each([
    [{ keys: [] }, /keys/],
    [{ keys: ['short'] }, /16/],
    [{ keys: [KEY], peers: ['http://127.0.0.1:1'] }, /port/],
    [{ keys: [KEY], peers: ['nowhere'], port: 0 }, /URL/],
    [{ keys: [KEY], peer: [] }, /peers/],
  ])('refuses %o', async (replicas, said) => {
    await expect(serveGateway({ servers: {}, port: 0, replicas: replicas })).rejects.toThrow(said);
  });
});
