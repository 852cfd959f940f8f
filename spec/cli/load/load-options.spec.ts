import { describe, expect, it } from 'vitest';
import { leastLoaded } from '../../../lib/index.ts';
import { stdio, tcp } from '../../../lib/mcp/index.ts';
import { optionsOf, serverAt } from '../samples.ts';

describe('loadOptionsOf', () => {
  it('loads the embedded server with 100 clients and 10 to 50 connections, 10 seconds each way', () => {
    expect(optionsOf()).toEqual({
      server: undefined,
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
      json: undefined,
      csv: undefined,
      schedule: undefined,
      warmupMs: 0,
      sweep: undefined,
      failIf: undefined,
    });
  });

  it('starts fewer connections where each is a process', () => {
    const server = serverAt(stdio({ command: 'node', args: ['a', 'b'] }));
    expect(optionsOf({}, server)).toMatchObject({ server, tool: undefined, minSize: 1, maxSize: 16 });
  });

  it('leaves the choice of the tool of a real server to whoever loads it', () => {
    const server = serverAt(tcp({ host: '::1', port: 3000 }));
    expect(optionsOf({}, server)).toMatchObject({ server, tool: undefined, maxSize: 50 });
  });

  it("takes what no flag says from the server's file", () => {
    const ofFile = { name: 'mine', minSize: 2, maxSize: 3, strategy: leastLoaded(), sharing: 'multiplex' as const };
    const server = serverAt(tcp({ port: 3000 }), ofFile, 90_000);
    const common = { minSize: 2, maxSize: 3, strategy: 'least-loaded', leases: 64, timeoutMs: 90_000, name: 'mine' };
    expect(optionsOf({}, server)).toMatchObject(common);
    const flags = { min: 1, max: 9, strategy: 'random', leases: 5, timeout: 1000, name: 'yours' };
    const flagged = { minSize: 1, maxSize: 9, strategy: 'random', leases: 5, timeoutMs: 1000, name: 'yours' };
    expect(optionsOf(flags, server)).toMatchObject(flagged);
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
  });
});
