import { afterAll, describe, expect, it } from 'vitest';
import { redisPeers } from '../../lib/cluster/index.ts';
import { collect } from '../support/listen.ts';
import { ioredis, nodeRedis } from '../support/redis-clients.ts';
import { hasRedis, startRedis, stopRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

afterAll(stopRedis);

describe.skipIf(!hasRedis)('redisPeers', () => {
  it.each([
    ['redis', nodeRedis],
    ['ioredis', ioredis],
  ] as const)('tells each node of the others, as they come and go, by a client of %s', async (_, connect) => {
    const { port } = await startRedis();
    const opened = await connect(port);
    const redis = opened.client;
    const peers = (url: string) => redisPeers({ redis, name: 'gateway', url, ttlMs: 400 });
    const one: (readonly string[])[] = [];
    const following = peers('http://one').subscribe((nodes) => one.push(nodes));
    await until(() => one.length === 1);
    const two = collect(peers('http://two'));
    const three = peers('http://three').subscribe();
    await until(() => one.at(-1)?.length === 2);
    expect(one.at(-1)).toEqual(['http://three', 'http://two']);
    expect(two.at(-1)).toContain('http://one');
    three.unsubscribe();
    await until(() => one.at(-1)?.length === 1);
    following.unsubscribe();
    await until(() => two.at(-1)?.length === 0);
    opened.close();
  });

  it('forgets a node that dies, and says once that Redis cannot be asked', async () => {
    const server = await startRedis();
    const opened = await nodeRedis(server.port);
    const redis = opened.client;
    const dying = await nodeRedis(server.port);
    const errors: unknown[] = [];
    const onError = (error: unknown): void => void errors.push(error);
    const seen: (readonly string[])[] = [];
    const options = { name: 'gateway', ttlMs: 400 };
    const following = redisPeers({ ...options, redis, url: 'http://one', onError }).subscribe((each) =>
      seen.push(each),
    );
    redisPeers({ ...options, redis: dying.client, url: 'http://two' }).subscribe();
    await until(() => seen.at(-1)?.length === 1);
    dying.close();
    await until(() => seen.at(-1)?.length === 0);
    await server.kill();
    await server.start();
    await until(() => seen.length > 0);
    expect(errors.length).toBeLessThanOrEqual(1);
    following.unsubscribe();
    opened.close();
  });

  it.each([
    [{ name: '' }, /name/],
    [{ url: 'nowhere' }, /url/],
    [{ ttlMs: 10 }, /100/],
    [{ nam: 'x' }, /name/],
  ])('refuses %o', (given, said) => {
    const redis = { eval: () => Promise.reject(new Error('no')), evalSha: () => Promise.reject(new Error('no')) };
    expect(() => redisPeers({ redis, name: 'n', url: 'http://one', ...given })).toThrow(said);
  });
});
