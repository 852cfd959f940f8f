import type { Client, PriorDiscovery } from '@modelcontextprotocol/client';
import { Observable } from 'rxjs';
import { report } from '../../base/report.ts';
import { causesOf } from '../failures/causes.ts';
import { isPermanent } from '../failures/permanent-failure.ts';
import { wasRefused } from '../failures/refusal.ts';
import { mayHaveBeenSent } from '../transport/sent-requests.ts';
import type { ConnectionTransport, McpTransport } from '../transport/transport.ts';
import { whenInitialised } from './when-initialised.ts';

/** How a server is asked what it speaks. */
interface EraProbeOptions {
  readonly era: 'auto' | 'modern';
  /** A client that nobody else uses. */
  readonly newClient: () => Client;
  /** How long the server may take to answer, in milliseconds; over stdio silence means an old server. */
  readonly probeMs: number;
  /** Called with the connection on which the question is asked. */
  readonly onStart: (connection: ConnectionTransport) => void;
  /** Called when that connection begins to close, with a promise that resolves when nothing is left of it. */
  readonly onEnd: (ended: Promise<void>) => void;
}

const MODERN_VERSION = '2026-07-28';
const LEGACY: PriorDiscovery = { kind: 'legacy' };

/** What the answer to the question means. */
export interface EraVerdict {
  readonly prior: PriorDiscovery;
  /** Whether the server may be an old one, but has not shown it: what came was no answer at all. */
  readonly isGuess: boolean;
}

/**
 * Asks a server which protocol it speaks, on a connection of its own, because an old server may end the connection over
 * the question. Cold: emits the verdict once and completes; errors when the server cannot be reached or lets nobody in, or
 * when it has to be a modern one and is none. Whatever else an old server makes of a method that it does not know, an error
 * page, silence or garbage, makes it a guess. Unsubscribing gives the question up.
 */
export function eraProbe(transport: McpTransport, options: EraProbeOptions): Observable<EraVerdict> {
  return new Observable((subscriber) => {
    const connection = transport.create();
    options.onStart(connection);
    const client = clientOf(options);
    let over = false;
    const end = (close: () => Promise<void>): void => {
      if (over) return;
      over = true;
      options.onEnd(close());
    };
    const answer = (prior: PriorDiscovery, isGuess = false): void => {
      end(() => connection.close());
      subscriber.next({ prior, isGuess });
      subscriber.complete();
    };
    const isAuto = options.era === 'auto';
    if (isAuto && transport.kind !== 'http') {
      subscriber.add(
        whenInitialised(connection).subscribe({ next: answer.bind(undefined, LEGACY, false), error: report }),
      );
    }
    client.connect(connection).then(
      () => {
        answer(verdictBy(client));
      },
      (error: unknown) => {
        const cause = connection.failure ?? error;
        if (isAuto && mayBeOld(connection, cause)) answer(LEGACY, true);
        else subscriber.error(cause);
      },
    );
    return () => {
      end(() => {
        // Over HTTP a session may be about to begin, which has to be ended.
        if (transport.kind !== 'http') connection.kill();
        return connection.close();
      });
    };
  });
}

function clientOf({ era, newClient, probeMs: timeoutMs }: EraProbeOptions): Client {
  const client = newClient();
  client.setVersionNegotiation({ mode: era === 'modern' ? { pin: MODERN_VERSION } : 'auto', probe: { timeoutMs } });
  return client;
}

function verdictBy(client: Client): PriorDiscovery {
  const discover = client.getDiscoverResult();
  return discover === undefined ? LEGACY : { kind: 'modern', discover };
}

/**
 * Whether an old server may have met the question with this error. Not where nothing was asked, because the server could
 * not be reached, nor where it was a matter of who asks or how often.
 */
function mayBeOld({ linesSent }: ConnectionTransport, error: unknown): boolean {
  if (linesSent === 0 || isPermanent(error) || wasRefused(error)) return false;
  for (const cause of causesOf(error)) if (mayHaveBeenSent(cause) === false) return false;
  return true;
}
