import { describe, expect, it } from 'vitest';
import { askedAt } from '../../lib/dashboard/mount.ts';

describe('what is asked of a dashboard', () => {
  it.each([
    // What Express and its kin have taken the mount off.
    ['', '/?pool=2', '/pools/?pool=2', '/', undefined],
    ['', '/?pool=2', '/pools?pool=2', '/', './pools/?pool=2'],
    ['', '/api/pools', '/a/b/api/pools', '/api/pools', undefined],
    ['', '/', '/', '/', undefined],
    // The whole of it.
    ['/pools', '/pools', undefined, '/', './pools/'],
    ['/pools', '/pools/', undefined, '/', undefined],
    ['/pools', '/pools/api/stream?pool=1', undefined, '/api/stream', undefined],
    ['/pools', '/poolside/', undefined, undefined, undefined],
    ['/pools', '/', undefined, undefined, undefined],
    ['/pools', '/api/pools', undefined, undefined, undefined],
    // Both: the path is that which the client has asked for.
    ['/pools', '/', '/pools/', '/', undefined],
    ['/a/b', '/', '/a/b', '/', './b/'],
    // Nothing leads to another server.
    ['//evil.example', '//evil.example', undefined, '/', './evil.example/'],
  ])('mounted at "%s", by %s of %s, is %s, after %s', (path, url, originalUrl, below, redirect) => {
    const asked = askedAt(path, { url, ...(originalUrl !== undefined && { originalUrl }) });
    expect([asked.path, asked.redirect]).toEqual([below, redirect]);
  });

  it('has the query of the address', () => {
    expect(askedAt('/p', { url: '/p/api/why?pool=1&lease=3' }).query.get('lease')).toBe('3');
  });
});
