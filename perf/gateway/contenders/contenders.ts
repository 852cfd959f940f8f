import type { Era } from '../../wires/contenders/sdk.ts';
import type { GatewaySettings } from '../servers/gateway-program.ts';
import type { Contender } from './contender.ts';
import { startProgram } from './program.ts';

const ALL: readonly number[] = [1, 50, 200];
const ERAS: readonly Era[] = ['legacy', 'modern'];
/** More than there are clients, so that none of them waits. */
const SHARED = 256;

/** `node:http` that answers all with the same: what no gateway on Node can be faster than. */
export const bare: Contender = {
  name: 'bare node:http',
  era: 'legacy',
  clients: ALL,
  start: () => startProgram(new URL('../servers/bare-program.js', import.meta.url)),
};

/** The server of the SDK over HTTP, without anything in between. */
export function sdkOverHttp(era: Era): Contender {
  return {
    name: `SDK over HTTP, ${era}`,
    era,
    clients: ALL,
    start: () => startProgram(new URL('../servers/sdk-http-program.js', import.meta.url), [era]),
  };
}

/** Our gateway with one process of a server, which serves one request at a time, or many. */
export function gateway(
  sharing: 'exclusive' | 'multiplexed',
  server: GatewaySettings['server'],
  era: Era = 'legacy',
): Contender {
  return {
    name: `gateway ${sharing}, ${server} server, ${era}`,
    era,
    clients: ALL,
    start: () => startGateway({ server, era, processes: 1, leases: sharing === 'exclusive' ? 1 : SHARED }),
  };
}

/** The same with all that a gateway is there for: who asks, what he may call, metrics. */
export function guarded(sharing: 'exclusive' | 'multiplexed'): Contender {
  return {
    name: `gateway ${sharing}, guarded, lean server, legacy`,
    era: 'legacy',
    clients: ALL,
    start: () =>
      startGateway({
        ...{ server: 'lean', era: 'legacy', processes: 1, isGuarded: true },
        leases: sharing === 'exclusive' ? 1 : SHARED,
      }),
  };
}

/** Starts our gateway. */
export function startGateway(
  settings: GatewaySettings,
  execArgv: readonly string[] = [],
): ReturnType<typeof startProgram> {
  const program = new URL('../servers/gateway-program.js', import.meta.url);
  return startProgram(program, [JSON.stringify(settings)], execArgv);
}

/** All but those that have to be installed. */
export const contenders: readonly Contender[] = [
  bare,
  ...ERAS.map(sdkOverHttp),
  ...(['lean', 'SDK'] as const).flatMap((server) =>
    ERAS.flatMap((era) => [gateway('exclusive', server, era), gateway('multiplexed', server, era)]),
  ),
  guarded('exclusive'),
  guarded('multiplexed'),
];
