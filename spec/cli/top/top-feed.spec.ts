import { afterEach, describe, expect, it } from 'vitest';
import { TopFeed } from '../../../lib/cli/top/top-feed.ts';
import { createPool } from '../../../lib/index.ts';
import { serve, stopServing } from '../../support/served-dashboard.ts';
import { until } from '../../support/until.ts';

afterEach(stopServing);

describe('top feed', () => {
  it('tells which pool is gone, goes on with another one, and says when there is none', async () => {
    const pools = ['one', 'two'].map((name) => createPool({ name, connect: () => Promise.resolve(1), minSize: 1 }));
    const shown = [...pools];
    const { url } = await serve({ pools: () => shown });
    const told: string[] = [];
    const feed = new TopFeed({ url, pool: undefined }, () => {
      const text = feed.scene.trouble ?? feed.scene.picture?.name;
      if (text !== undefined && text !== told.at(-1)) told.push(text);
    });
    const end = new AbortController();
    const followed = feed.run(end.signal);
    await until(() => told.includes('one'));
    shown.shift();
    await until(() => told.includes('two'));
    shown.shift();
    await until(() => told.includes('there is no pool now'));
    expect(told).toEqual(['one', 'the pool one is gone', 'two', 'the pool two is gone', 'there is no pool now']);
    end.abort();
    await followed;
    await Promise.all(pools.map((pool) => pool.close()));
  });
});
