import { expect, it, onTestFinished } from 'vitest';
import type { AuditEvent } from '../../../lib/gateway/index.ts';
import { FrontedGateway } from '../../support/fronted-gateway.ts';
import { auth, tokens } from '../../support/principals.ts';

it('refusals are told of by the audit, with the reason and where they come from, and counted', async () => {
  const server = await FrontedGateway.open('legacy', { gateway: { auth, sessions: { max: 1 } } });
  onTestFinished(() => server.stop());
  const client = server.anotherClient(tokens.ann);
  await client.introduce();
  const events: AuditEvent[] = [];
  server.gateway.audit$.subscribe((event) => events.push(event));
  const bob = server.anotherClient(tokens.bob);
  await bob.post({}, { headers: { host: 'evil.example' } });
  await bob.post({}, { headers: { origin: 'https://evil.example' } });
  await bob.post(undefined, { text: 'x'.repeat(4 * 1024 * 1024 + 1) });
  await bob.post(bob.request('tools/list'), { headers: client.session });
  await bob.introduce();
  await bob.post(undefined, { text: '{' });
  const from = { type: 'refused', address: '127.0.0.1' };
  expect(events).toMatchObject([
    { ...from, reason: 'host', status: 403 },
    { ...from, reason: 'origin', status: 403 },
    { ...from, principal: 'bob', reason: 'size', status: 413 },
    { ...from, principal: 'bob', reason: 'session', status: 404 },
    { ...from, principal: 'bob', reason: 'limit', status: 503 },
    { ...from, principal: 'bob', reason: 'malformed', status: 400 },
  ]);
  expect(events[0]).not.toHaveProperty('principal');
  expect(server.gateway.counts.refused).toEqual({
    ...{ host: 1, origin: 1, size: 1, session: 1, limit: 1, malformed: 1 },
    ...{ closing: 0, stranger: 0 },
  });
});
