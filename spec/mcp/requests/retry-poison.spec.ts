import { describe, expect, it } from 'vitest';
import { connectionLostError } from '../../../lib/errors.ts';
import { KnownServers } from '../../../lib/mcp/connection/known-servers.ts';
import { McpRetry, type McpRetryOptions } from '../../../lib/mcp/requests/retry.ts';
import { callOf } from '../../support/tool-call.ts';

const lost = (data = {}) => connectionLostError('pool', { reason: 'down', sent: true, leases: 2, ...data }, undefined);
const first = { request: { method: 'tools/list' }, attempt: 1, begun: true, emitted: 0 };
const refusal = new Error('429');
const refusals = (restMs?: number) => ({
  wasRefused: (e: unknown) => e === refusal,
  isWorthRetrying: () => true,
  restMsOf: () => restMs,
});
const servers = new KnownServers({ isEachApart: false });
const host = { refusals: refusals(), servers, mayRetry: true, hasEndpoints: false, random: () => 0.5 };
/** A connection of its own, which ended because its peer did. */
let connections = 0;
const on = (transport: object) => ({ whole: { id: connections++, transport } });
const dead = () => on({ endedByPeer: true });
const lostAlone = () => lost({ leases: 1 });
const policyOf = (options: McpRetryOptions = {}, restMs?: number) =>
  new McpRetry(options, { ...host, refusals: refusals(restMs) });
const list = { method: 'tools/list' };
const call = callOf('charge', { card: '4111' });

describe('a request that a connection died of', () => {
  it('is poison after two connections that died while it had them for itself', () => {
    const policy = policyOf({ trustToolHints: () => true });
    const followed = policy.follow(call);
    followed.begun?.(dead());
    expect(followed.failed(lostAlone(), first)).toBe(true);
    followed.begun?.(dead());
    const poison = {
      code: 'MCP_POISON_REQUEST',
      data: { method: 'tools/call', tool: 'charge', connections: 2, retryInMs: 60_000 },
    };
    expect(() => followed.failed(lostAlone(), first)).toThrow(expect.objectContaining(poison));
    expect(() => policy.follow(call)).toThrow('the connection was lost while it was in use (down)');
  });

  it('is never poison where it is a list or a read, but is not tried on a third connection', () => {
    const policy = policyOf();
    const followed = policy.follow(list);
    followed.begun?.(dead());
    expect(followed.failed(lostAlone(), first)).toBe(true);
    followed.begun?.(dead());
    expect(followed.failed(lostAlone(), first)).toBe(false);
    expect(() => policy.follow(list)).not.toThrow();
  });

  it.each([
    ['it met a limit or was killed', lost({ leases: 1 }), false],
    ['an answer was lost over HTTP', Object.assign(new Error('no answer'), { code: 'MCP_ANSWER_LOST' }), undefined],
    ['a socket was reset over HTTP', Object.assign(new Error('reset'), { sent: true }), undefined],
    ['others were on it', lost(), true],
    ['it is the pool that closed it', lost({ leases: 1, reason: 'closed' }), true],
  ])('is no suspect where %s', (_, error, endedByPeer) => {
    const policy = policyOf();
    for (let i = 0; i < 3; i++) {
      const followed = policy.follow(call);
      followed.begun?.(on({ endedByPeer }));
      expect(() => followed.failed(error, first)).toThrow(expect.objectContaining({ code: 'MCP_OUTCOME_UNKNOWN' }));
    }
  });

  it('is refused where others have proved it to be poison while it waited for a connection', () => {
    const policy = policyOf();
    const waiting = policy.follow(call);
    for (let i = 0; i < 2; i++) {
      const followed = policy.follow(call);
      followed.begun?.(dead());
      expect(() => followed.failed(lostAlone(), first)).toThrow('may have been executed or not');
    }
    expect(() => waiting.begun?.(dead())).toThrow(expect.objectContaining({ code: 'MCP_POISON_REQUEST' }));
  });
});
