import { describe, expect, it } from 'vitest';
import { optionsOf } from '../samples.ts';

describe('loadOptionsOf', () => {
  it('loads the embedded server with 100 clients and 10 to 50 connections, 10 seconds each way', () => {
    expect(optionsOf()).toEqual({
      target: { kind: 'demo' },
      tool: 'work',
      args: {},
      clients: 100,
      minSize: 10,
      maxSize: 50,
      strategy: 'round-robin',
      leases: 1,
      durationMs: 10_000,
      requests: undefined,
      timeoutMs: 10_000,
      compare: true,
      name: 'load',
      json: false,
    });
  });

  it('starts fewer connections where each is a process', () => {
    const target = { kind: 'stdio', command: 'node', args: ['a', 'b'] };
    const stdio = ['node', 'a', 'b'];
    expect(optionsOf({ stdio })).toMatchObject({ target, tool: undefined, minSize: 1, maxSize: 16 });
  });

  it('leaves the choice of the tool of a real server to whoever loads it', () => {
    const tcp = { host: '::1', port: 3000 };
    expect(optionsOf({ tcp })).toMatchObject({ target: { kind: 'tcp', ...tcp }, tool: undefined, maxSize: 50 });
  });

  it('lets a size that is left out give way to the other', () => {
    expect(optionsOf({ min: 80 })).toMatchObject({ minSize: 80, maxSize: 80 });
    expect(optionsOf({ max: 5 })).toMatchObject({ minSize: 5, maxSize: 5 });
    expect(optionsOf({ min: 0, max: 1 })).toMatchObject({ minSize: 0, maxSize: 1 });
  });

  it('ends by the number of requests alone where there is no duration', () => {
    expect(optionsOf({ requests: 7 })).toMatchObject({ requests: 7, durationMs: undefined });
    expect(optionsOf({ requests: 7, duration: 500 })).toMatchObject({ requests: 7, durationMs: 500 });
  });

  it('refuses flags that do not go together', () => {
    expect(() => optionsOf({ min: 6, max: 5 })).toThrow('--min (6) must not be above --max (5)');
    expect(() => optionsOf({ tcp: { host: 'a', port: 1 }, stdio: ['b'] })).toThrow('choose one of --tcp and --stdio');
  });
});
