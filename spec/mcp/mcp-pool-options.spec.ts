import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { peakEwma } from '../../lib/index.ts';
import { createMcpPool, stdio, streamableHttp, tcp } from '../../lib/mcp/index.ts';
import { errorOf } from '../support/error-of.ts';

const transport = tcp({ port: 9 });
const pinned = { transport, sharing: 'pinned', affinity: () => 'key' };

describe('createMcpPool', () => {
  it.each<[string, object]>([
    ['options must be an object, not undefined', undefined as never],
    ['transport must be made by tcp(), stdio(), streamableHttp() or custom()', { transport: 'x' }],
    ['choose one of transport and endpoints$', { transport, endpoints$: of([]) }],
    ['era must be auto, legacy or modern: modren', { transport, era: 'modren' }],
    ['era must be auto, legacy or modern: null', { transport, era: null }],
    ['pool must be true or false', { transport, pool: 'no' }],
    ['clientInfo must be an object, not string', { transport, clientInfo: 'x' }],
    ['clientOptions must be an object, not number', { transport, clientOptions: 5 }],
    ['onClient must be a function', { transport, onClient: 5 }],
    ['warm must be a function', { transport, warm: 5 }],
    ['sharing must be exclusive, multiplex or pinned: null', { transport, sharing: null }],
    ['handlers must be an object, not null', { transport, handlers: null }],
    ['no handler "samplng"', { transport, handlers: { samplng: () => 1 } }],
    ['affinity must be a function', { transport, sharing: 'pinned' }],
    ["affinity goes with sharing: 'pinned', not 'exclusive'", { transport, affinity: () => 'key' }],
    ["pinIdleMs goes with sharing: 'pinned', not 'multiplex'", { transport, sharing: 'multiplex', pinIdleMs: 5 }],
    ["a connection cannot be kept for a key (sharing: 'pinned') with pool: false", { ...pinned, pool: false }],
    ['quarantineMs must be a number of milliseconds: "5"', { transport, quarantineMs: '5' }],
    ['retry knows trustToolHints and poisonForMs, not trustTools', { transport, retry: { trustTools: true } }],
  ])('says: %s', (message, options) => {
    const error = errorOf(() => createMcpPool(options));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(message);
  });
});

it.each<[string, () => unknown]>([
  ['the options of tcp must be an object, not undefined', () => tcp(undefined as never)],
  ['tls must be an object, not string', () => tcp({ port: 1, tls: 'yes' as never })],
  ['the options of stdio must be an object, not undefined', () => stdio(undefined as never)],
  ['env must be an object, not number', () => stdio({ command: 'x', env: 5 as never })],
  ['the options of streamableHttp must be an object, not undefined', () => streamableHttp(undefined as never)],
  ['options must be an object, not null', () => peakEwma(null as never)],
])('a slip is told where it is made: %s', (message, make) => {
  expect(make).toThrow(new TypeError(message));
});
