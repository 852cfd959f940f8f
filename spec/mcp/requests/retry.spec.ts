import { ProtocolError, SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { connectionLostError } from '../../../lib/errors.ts';
import { notSent } from '../../../lib/mcp/transport/sent-requests.ts';
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

describe('a request whose connection was lost', () => {
  it.each([
    'server/discover',
    'initialize',
    'ping',
    'tools/list',
    'resources/templates/list',
    'resources/read',
    'prompts/get',
    'completion/complete',
  ])('is retried where it is %s', (method) => {
    expect(policyOf().follow({ method }).failed(lost(), first)).toBe(true);
  });

  it.each(['tools/call', 'logging/setLevel', 'tasks/cancel', 'lists/clear', 'playlist', 'ping/x'])(
    'has an unknown outcome where it is %s',
    (method) => {
      const followed = policyOf().follow({ method });
      expect(() => followed.failed(lost(), first)).toThrow(expect.objectContaining({ code: 'MCP_OUTCOME_UNKNOWN' }));
    },
  );

  it('is retried whatever it is where nothing was sent', () => {
    const policy = policyOf();
    expect(policy.follow(call).failed(lost({ sent: false }), first)).toBe(true);
    expect(policy.follow(call).failed(notSent(new Error('cannot send')), first)).toBe(true);
  });

  it('is retried whatever it is where the connection has written nothing since it began', () => {
    const transport = { linesSent: 7 };
    const followed = policyOf().follow(call);
    followed.begun?.({ whole: { transport } });
    expect(followed.failed(lost(), first)).toBe(true);
    followed.begun?.({ whole: { transport } });
    transport.linesSent++;
    expect(() => followed.failed(lost(), first)).toThrow('may have been executed or not');
  });

  it('has an unknown outcome too where the SDK says it, or its answer will not come', () => {
    const closed = new SdkError(SdkErrorCode.ConnectionClosed, 'Connection closed');
    const answerLost = Object.assign(new Error('the answer will not come'), { code: 'MCP_ANSWER_LOST' });
    for (const error of [closed, answerLost, Object.assign(new Error('reset'), { sent: true })]) {
      expect(() => policyOf().follow(call).failed(error, first)).toThrow(
        expect.objectContaining({ code: 'MCP_OUTCOME_UNKNOWN', cause: error }),
      );
    }
  });

  it('is not retried after a value, nor a third time', () => {
    expect(
      policyOf()
        .follow(list)
        .failed(lost(), { ...first, emitted: 1 }),
    ).toBe(false);
    expect(
      policyOf()
        .follow(list)
        .failed(lost(), { ...first, attempt: 3 }),
    ).toBe(false);
  });

  it('is told the error as it is when the budget is spent', () => {
    const policy = policyOf();
    const answers = Array.from({ length: 12 }, () => policy.follow(list).failed(lost(), first));
    // Ten are free, and twelve requests pay for one.
    expect(answers.filter(Boolean)).toHaveLength(11);
    expect(answers.at(-1)).toBe(false);
  });

  it('is not retried where connections differ, but its outcome is told all the same', () => {
    const pinned = () => new McpRetry({}, { ...host, mayRetry: false });
    expect(pinned().follow(list).failed(lost(), first)).toBe(false);
    expect(() => pinned().follow(call).failed(lost(), first)).toThrow(
      expect.objectContaining({ code: 'MCP_OUTCOME_UNKNOWN' }),
    );
    const policy = pinned();
    for (let i = 0; i < 2; i++) {
      const followed = policy.follow(call);
      followed.begun?.(dead());
      expect(() => followed.failed(lostAlone(), first)).toThrow();
    }
    expect(() => policy.follow(call)).toThrow(expect.objectContaining({ code: 'MCP_POISON_REQUEST' }));
  });
});

describe('a request that was refused', () => {
  it('is retried, whatever it is, when the server wants to be asked again', () => {
    expect(policyOf({}, 1500).follow(call).failed(refusal, first)).toBe(1500);
    expect(policyOf({}, 30_001).follow(call).failed(refusal, first)).toBe(false);
  });

  it('is retried after a growing time where the server does not say', () => {
    const followed = policyOf().follow(call);
    expect([1, 2].map((attempt) => followed.failed(refusal, { ...first, attempt }))).toEqual([100, 200]);
  });
});

describe('a request that was refused, in the eyes of the pool', () => {
  it('is not retried where that is of no use', () => {
    const policy = new McpRetry({}, { ...host, refusals: { ...refusals(), isWorthRetrying: () => false } });
    expect(policy.follow(call).failed(refusal, first)).toBe(false);
  });

  it('goes to another endpoint at once, however long this one rests', () => {
    const policy = new McpRetry({}, { ...host, hasEndpoints: true, refusals: refusals(20_000) });
    expect(policy.follow(call).failed(refusal, first)).toBe(0);
  });
});

describe('an outcome', () => {
  it.each([
    ['of the server', new ProtocolError(-32_000, 'no')],
    ['of a time that ran out', new SdkError(SdkErrorCode.RequestTimeout, 'timed out', { timeout: 1 })],
    ['of anything else', 'whatever'],
  ])('%s is not retried, though the request could be', (_, error) => {
    expect(policyOf().follow(list).failed(error, first)).toBe(false);
  });

  it.each([
    ['an answer', undefined],
    ['an error of the server', new ProtocolError(-32_000, 'no')],
  ])('that is %s clears a suspect', (_, error) => {
    const policy = policyOf();
    const die = () => {
      const followed = policy.follow(call);
      followed.begun?.(dead());
      expect(() => followed.failed(lostAlone(), first)).toThrow('may have been executed or not');
    };
    die();
    const followed = policy.follow(call);
    if (error === undefined) followed.ended?.('answered', undefined);
    else followed.failed(error, first);
    die();
    expect(() => policy.follow(call)).not.toThrow();
  });
});

describe('trustToolHints', () => {
  it('may be a function that names the tools; where it throws, the tool is none of them', () => {
    const trust = (tool: string) => {
      if (tool === 'odd') throw new Error('no');
      return tool === 'read';
    };
    const policy = policyOf({ trustToolHints: trust });
    expect(policy.follow(callOf('read')).failed(lost(), first)).toBe(true);
    for (const tool of ['charge', 'odd']) expect(policy.isRetryable(callOf(tool), undefined)).toBe(false);
  });

  it.each([
    [{ trustToolHints: 'all' }, TypeError],
    [{ poisonForMs: -1 }, RangeError],
    [null, TypeError],
  ] as const)('is refused, and so are other options, where it makes no sense: %o', (options, error) => {
    expect(() => new McpRetry(options as never, host)).toThrow(error);
  });
});
