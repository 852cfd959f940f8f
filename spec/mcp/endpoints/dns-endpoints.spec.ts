import { Resolver } from 'node:dns/promises';
import dns2 from 'dns2';
import { Subject, firstValueFrom, take, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DnsEndpointsOptions, type DnsEndpoint, dnsEndpoints } from '../../../lib/mcp/index.ts';
import { collect } from '../../support/listen.ts';
import { until } from '../../support/until.ts';

const SERVICE = '_mcp._tcp.search.internal';
const HOST = 'search.internal';

type Server = ReturnType<typeof dns2.createServer>;
type Answer = InstanceType<typeof dns2.Packet>['answers'][number];

/** What the server says; `undefined`: it says that it has failed. */
let answers: Answer[] | undefined;
let asked: number;
let server: Server;
let resolver: Resolver;

beforeEach(async () => {
  [answers, asked] = [[], 0];
  server = dns2.createServer({
    udp: true,
    handle: (request, send) => {
      asked++;
      const response = dns2.Packet.createResponseFromRequest(request);
      if (answers === undefined) response.header.rcode = 2;
      else response.answers.push(...answers);
      void send(response);
    },
  });
  await server.listen({ udp: { port: 0, address: '127.0.0.1' } });
  resolver = new Resolver({ timeout: 500, tries: 1 });
  const { udp } = server.addresses() as { readonly udp: { readonly port: number } };
  resolver.setServers([`127.0.0.1:${udp.port}`]);
});
afterEach(() => server.close());

function srv(target: string, port: number, priority = 10): Answer {
  const { TYPE, CLASS } = dns2.Packet;
  return Object.assign(new dns2.Packet.Resource(SERVICE, TYPE.SRV, CLASS.IN, 1), { priority, weight: 1, target, port });
}

function address(ip: string, type: 'A' | 'AAAA' = 'A'): Answer {
  const { TYPE, CLASS } = dns2.Packet;
  return Object.assign(new dns2.Packet.Resource(HOST, TYPE[type], CLASS.IN, 1), { address: ip });
}

function lists(options: Partial<DnsEndpointsOptions> = {}): ReturnType<typeof dnsEndpoints> {
  return dnsEndpoints({ name: SERVICE, intervalMs: 20, resolver, ...options });
}

describe('the endpoints that DNS has of a name', () => {
  it('are those of the records of a service, in order, of the lowest priority', async () => {
    answers = [srv('two.internal', 3002), srv('spare.internal', 3003, 20), srv('one.internal', 3001)];
    expect(await firstValueFrom(lists())).toEqual([
      { id: 'one.internal:3001', host: 'one.internal', port: 3001 },
      { id: 'two.internal:3002', host: 'two.internal', port: 3002 },
    ]);
  });

  it('are addresses with the port that is given', async () => {
    answers = [address('10.0.0.2'), address('10.0.0.1')];
    const list = await firstValueFrom(lists({ name: HOST, type: 'A', port: 80 }));
    expect(list.map(({ id }) => id)).toEqual(['10.0.0.1:80', '10.0.0.2:80']);
    answers = [address('fd00:0:0:0:0:0:0:1', 'AAAA')];
    const [six] = await firstValueFrom(lists({ name: HOST, type: 'AAAA', port: 80 }));
    expect(six).toEqual({ id: '[fd00::1]:80', host: 'fd00::1', port: 80 });
  });

  it('are told when they are first known and when they have changed', async () => {
    answers = [srv('one.internal', 1), srv('two.internal', 2)];
    const told: (readonly DnsEndpoint[])[] = [];
    const done = firstValueFrom(lists().pipe(take(2), toArray()));
    await until(() => asked >= 3);
    answers = [srv('two.internal', 2), srv('one.internal', 1)];
    const before = asked;
    await until(() => asked >= before + 3);
    answers = [srv('two.internal', 2)];
    told.push(...(await done));
    expect(told.map((list) => list.map(({ id }) => id))).toEqual([
      ['one.internal:1', 'two.internal:2'],
      ['two.internal:2'],
    ]);
  });

  it('stay as they are when a lookup fails or finds nothing, which is told once', async () => {
    const errors: string[] = [];
    answers = [srv('one.internal', 1)];
    const told: (readonly DnsEndpoint[])[] = [];
    const subscription = lists({ onError: ({ message }) => errors.push(message) }).subscribe({
      next: (list) => told.push(list),
      error: () => errors.push('it errors'),
    });
    await until(() => told.length === 1);
    answers = undefined;
    await until(() => errors.length === 1);
    const before = asked;
    await until(() => asked >= before + 4);
    answers = [];
    await until(() => asked >= before + 8);
    answers = [srv('one.internal', 1)];
    await until(() => asked >= before + 12);
    expect([told.length, errors.length]).toEqual([1, 1]);
    answers = undefined;
    await until(() => errors.length === 2);
    answers = [srv('two.internal', 2)];
    await until(() => told.length === 2);
    subscription.unsubscribe();
  });

  it('are not asked for before anybody subscribes, nor afterwards', async () => {
    answers = [srv('one.internal', 1)];
    const list$ = lists();
    const told = collect(list$.pipe(take(1)));
    await until(() => told.length === 1);
    const before = asked;
    const other = new Subject<void>();
    setTimeout(() => other.next(), 100);
    await firstValueFrom(other);
    expect(asked).toBe(before);
  });

  it.each<[Partial<DnsEndpointsOptions>, RegExp]>([
    [{ nmae: 'x' } as object, /unknown option nmae of dnsEndpoints \(did you mean name\?\)/],
    [{ name: '' }, /name must be a text/],
    [{ type: 'MX' as 'A' }, /type must be/],
    [{ type: 'A' }, /type A needs a port/],
    [{ port: 80 }, /have their own ports/],
    [{ type: 'A', port: 0 }, /port must be/],
    [{ intervalMs: 0 }, /intervalMs must be/],
    [{ intervalMs: -1 }, /intervalMs must be/],
  ])('are asked for with options that make sense: %o', (options, message) => {
    expect(() => lists(options)).toThrow(message);
  });
});
