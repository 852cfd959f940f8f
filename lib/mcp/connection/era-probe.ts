import { type Client, type PriorDiscovery, SdkError, SdkErrorCode } from '@modelcontextprotocol/client';
import { Observable } from 'rxjs';
import { report } from '../../base/report.ts';
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

/**
 * Asks a server which protocol it speaks, on a connection of its own, because an old server may end the connection over
 * the question. Cold: emits the verdict once and completes; errors when the server cannot be reached, or when it has to
 * be a modern one and is none. Unsubscribing gives the question up.
 */
export function eraProbe(transport: McpTransport, options: EraProbeOptions): Observable<PriorDiscovery> {
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
    const answer = (verdict: PriorDiscovery): void => {
      end(() => connection.close());
      subscriber.next(verdict);
      subscriber.complete();
    };
    const answerLegacy = (): void => {
      answer({ kind: 'legacy' });
    };
    const isAuto = options.era === 'auto';
    if (isAuto && transport.kind === 'stdio') {
      subscriber.add(whenInitialised(connection).subscribe({ next: answerLegacy, error: report }));
    }
    client.connect(connection).then(
      () => {
        answer(verdictBy(client));
      },
      (error: unknown) => {
        if (isAuto && isEndedByQuestion(error)) answerLegacy();
        else subscriber.error(connection.failure ?? error);
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
  return discover === undefined ? { kind: 'legacy' } : { kind: 'modern', discover };
}

/**
 * Whether the server ended the connection because of the question, as old ones do. The SDK tells it by its message
 * only.
 */
function isEndedByQuestion(error: unknown): boolean {
  if (!(error instanceof SdkError) || error.code !== SdkErrorCode.EraNegotiationFailed) return false;
  return /connection closed during the .*probe/i.test(error.message);
}
