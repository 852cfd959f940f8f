import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { serveGateway } from '../../../lib/gateway/index.ts';
import { KEY, nodesOf } from '../../support/replicas-of-gateway.ts';

describe('the port for peers', () => {
  it('takes nothing that was not sealed with the key', async () => {
    const [node] = await nodesOf(1, () => ({ servers: {} }));
    const url = `http://127.0.0.1:${node?.peerPort ?? 0}`;
    const hop = JSON.stringify({ kind: 'node' });
    const answer = async (headers: Record<string, string> = {}): Promise<[number, string | null]> => {
      const { status, headers: told } = await fetch(url, { method: 'POST', body: hop, headers });
      // How far the clocks differ the other one has to find out.
      if (status === 403) expect(Math.abs(Number(told.get('x-hop-at')) - Date.now())).toBeLessThan(10_000);
      return [status, told.get('x-hop-fault')];
    };
    expect(await answer()).toEqual([403, 'keys']);
    expect(await answer({ 'x-hop-at': String(Date.now()), 'x-hop-seal': 'x'.repeat(43) })).toEqual([403, 'keys']);
    const sealed = (at: number): Record<string, string> => {
      const seal = createHmac('sha256', KEY).update(`${at}\n${hop}`).digest('base64url');
      return { 'x-hop-at': String(at), 'x-hop-seal': seal };
    };
    expect(await answer(sealed(Date.now()))).toEqual([200, null]);
    expect(await answer(sealed(Date.now() - 60_000))).toEqual([403, 'clock']);
    expect(await answer(sealed(Date.now() + 60_000))).toEqual([403, 'clock']);
  });

  it.each([
    [{ keys: [] }, /keys/],
    [{ keys: ['short'] }, /16/],
    [{ keys: [KEY], peers: ['http://127.0.0.1:1'] }, /port/],
    [{ keys: [KEY], peers: ['nowhere'], port: 0 }, /URL/],
    [{ keys: [KEY], peer: [] }, /peers/],
    [{ keys: [KEY], hopTimeoutMs: -1 }, /hopTimeoutMs/],
  ])('refuses %o', async (replicas, said) => {
    await expect(serveGateway({ servers: {}, port: 0, replicas: replicas })).rejects.toThrow(said);
  });
});
