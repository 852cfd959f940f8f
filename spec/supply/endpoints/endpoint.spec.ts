import { describe, expect, it } from 'vitest';
import { byId, contextOf } from '../../../lib/supply/endpoints/endpoint.ts';

describe('byId', () => {
  it('has the endpoints of a list as they are, in its order', () => {
    const [a, b] = [{ id: 'a', port: 1 }, { id: 'b' }];
    const endpoints = byId([b, a]);
    expect([...endpoints.keys()]).toEqual(['b', 'a']);
    expect(endpoints.get('a')).toBe(a);
  });

  it('has one endpoint for an id that is there twice, the later one', () => {
    const later = { id: 'a', port: 2 };
    expect([...byId([{ id: 'a', port: 1 }, { id: 'b' }, later])]).toEqual([
      ['a', later],
      ['b', { id: 'b' }],
    ]);
  });

  it('has none for an empty list', () => {
    expect(byId([]).size).toBe(0);
  });

  it.each([[undefined], [null], ['a'], [{ id: 'a' }], [new Set([{ id: 'a' }])]])('refuses %j for a list', (list) => {
    expect(() => byId(list)).toThrow(new TypeError('endpoints must be an array'));
  });

  it.each([[undefined], [null], ['a'], [{}], [{ id: 1 }], [() => 'a']])('refuses %j for an endpoint', (endpoint) => {
    expect(() => byId([{ id: 'a' }, endpoint])).toThrow(
      new TypeError('each endpoint must have an id that is a string'),
    );
  });
});

describe('contextOf', () => {
  const { signal } = new AbortController();

  it('tells connect the endpoint itself', () => {
    const endpoint = { id: 'a', port: 1 };
    const context = contextOf(7, signal, endpoint);
    expect(context).toEqual({ id: 7, signal, endpoint });
    expect(Reflect.get(context, 'endpoint')).toBe(endpoint);
  });

  it('says nothing of endpoints where there are none', () => {
    expect(Object.keys(contextOf(7, signal))).toEqual(['id', 'signal']);
  });
});
