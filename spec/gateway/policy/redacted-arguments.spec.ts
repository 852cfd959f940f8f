import { expect, it, onTestFinished } from 'vitest';
import type { AuditEvent } from '../../../lib/gateway/index.ts';
import { redactedArguments } from '../../../lib/gateway/policy/redacted-arguments.ts';
import { FrontedGateway } from '../../support/fronted-gateway.ts';

const given = {
  path: '/a',
  api_key: 'canary',
  nested: [{ password: { deep: 'canary' } }],
  header: 'Bearer canary.canary',
  url: 'https://ann:canary@files.example/',
  long: 'l'.repeat(100_000),
  n: 1,
  nothing: null,
};

it('strikes out what is secret by its name, and credentials in texts, and cuts what is long', () => {
  const text = redactedArguments(given);
  expect(JSON.parse(text)).toEqual({
    path: '/a',
    api_key: '***',
    nested: [{ password: '***' }],
    header: 'Bearer ***',
    url: 'https://***@files.example/',
    long: `${'l'.repeat(200)}…`,
    n: 1,
    nothing: null,
  });
  expect(redactedArguments(Array.from({ length: 1000 }, () => 'text')).length).toBe(2001);
});

it('takes whatever a client may send', () => {
  let deep: unknown = 'canary';
  for (let n = 0; n < 50; n++) deep = [deep];
  expect(redactedArguments(deep)).not.toContain('canary');
  expect(redactedArguments('text')).toBe('"text"');
  expect(redactedArguments(undefined)).toBe('');
  const started = performance.now();
  redactedArguments({ a: 'a://'.repeat(500_000), b: 'Bearer '.repeat(500_000) });
  expect(performance.now() - started).toBeLessThan(2000);
});

it.each([true, false])('is what the audit has of arguments where they are asked for: %s', async (wanted) => {
  const server = await FrontedGateway.open('legacy', { gateway: { audit: { arguments: wanted } } });
  onTestFinished(() => server.stop());
  await server.client.introduce();
  const events: AuditEvent[] = [];
  server.gateway.audit$.subscribe((event) => events.push(event));
  server.answers({ content: [] });
  await server.client.ask('tools/call', { name: 'x', arguments: given });
  expect(events).toMatchObject([{ tool: 'x', ...(wanted && { arguments: redactedArguments(given) }) }]);
  expect(Object.keys(events[0] ?? {}).includes('arguments')).toBe(wanted);
});
