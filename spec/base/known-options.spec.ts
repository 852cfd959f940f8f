import { describe, expect, it } from 'vitest';
import { createPool, withConnection } from '../../lib/index.ts';
import { checkKnown } from '../../lib/base/known-options.ts';
import { createMcpPool, createMcpPoolFamily, stdio, streamableHttp, tcp } from '../../lib/mcp/index.ts';

const known = { minSize: true, maxSize: true, checkoutTimeoutMs: true } as const;
const connect = () => Promise.resolve(1);

describe('checkKnown', () => {
  it.each([
    ['maxsize', 'unknown option maxsize of it (did you mean maxSize?)'],
    ['max_size', 'unknown option max_size of it (did you mean maxSize?)'],
    ['maxSise', 'unknown option maxSise of it (did you mean maxSize?)'],
    ['checkoutTimeout', 'unknown option checkoutTimeout of it (did you mean checkoutTimeoutMs?)'],
    ['max', 'unknown option max of it (did you mean maxSize?)'],
    ['colour', 'unknown option colour of it'],
    ['toString', 'unknown option toString of it'],
  ])('refuses %s', (name, message) => {
    const check = () => {
      checkKnown('it', { [name]: 1 }, known, { max: 'maxSize' });
    };
    expect(check).toThrow(TypeError);
    expect(check).toThrow(message);
  });

  it('takes what is known, and what is undefined', () => {
    expect(() => {
      checkKnown('it', { minSize: 1, what: undefined }, known);
    }).not.toThrow();
  });
});

it.each([
  { max: 5 },
  { maxsize: 5 },
  { min: 1 },
  { idleTimeoutMillis: 1 },
  { pool_max_size: 5 },
  { acquireTimeout: 1 },
])('createPool refuses %o', (options) => {
  expect(() => createPool({ connect, ...options })).toThrow(/^unknown option .* \(did you mean \w+\?\)$/);
});

describe('what is made for MCP refuses them as well', () => {
  const transport = tcp({ port: 1 });
  const misspelt: [string, () => unknown][] = [
    ['maxsize of createMcpPool (did you mean maxSize?)', () => createMcpPool({ transport, ...{ maxsize: 5 } })],
    ['pinIdle of createMcpPool (did you mean pinIdleMs?)', () => createMcpPool({ transport, ...{ pinIdle: 5 } })],
    ['connect of createMcpPool', () => createMcpPool({ transport, ...{ connect: () => 1 } })],
    ['hosts of tcp (did you mean host?)', () => tcp({ port: 1, ...{ hosts: 'a' } })],
    ['comand of stdio (did you mean command?)', () => stdio({ command: 'node', ...{ comand: 'a' } })],
    ['header of streamableHttp (did you mean headers?)', () => streamableHttp({ url: 'http://a', ...{ header: {} } })],
    ['maxPool of createMcpPoolFamily (did you mean maxPools?)', () => family({ maxPool: 1 })],
    ['concurency of withConnection (did you mean concurrency?)', () => piped({ concurency: 1 })],
  ];
  const family = (odd: object) => createMcpPoolFamily({ key: () => 'a', options: () => ({ transport }), ...odd });
  const piped = (odd: object) => withConnection(createPool({ connect, minSize: 0 }), () => [1], odd);

  it.each(misspelt)('%s', (message, make) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(`unknown option ${message}`);
  });
});
