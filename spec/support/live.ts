import type { Connector } from '../../lib/supply/connector.ts';
import type { ConnectionTimeouts } from '../../lib/supply/connections/connection-fate.ts';
import { LiveConnection } from '../../lib/supply/connections/live-connection.ts';

/** A connection that is being opened, what was told of it, and the values that were closed. */
export interface Live {
  readonly live: LiveConnection<string>;
  readonly told: string[];
  readonly closed: string[];
  /** The error of `failed` or `down`. */
  error: unknown;
  signal: AbortSignal | undefined;
}

/** Begins to open a connection; what `close` of the connector does comes after it was written down. */
export function openLive(connector: Connector<string>, timeouts: Partial<ConnectionTimeouts> = {}): Live {
  const opened = newLive(connector, timeouts);
  opened.live.open();
  return opened;
}

/** As `openLive`, not yet opened. */
export function newLive(connector: Connector<string>, timeouts: Partial<ConnectionTimeouts> = {}): Live {
  const told: string[] = [];
  const closed: string[] = [];
  const written: Connector<string> = {
    ...connector,
    connect: (context) => {
      opened.signal = context.signal;
      return connector.connect(context);
    },
    close: (value) => {
      closed.push(value);
      return connector.close?.(value);
    },
  };
  const fate = {
    up: (value: string) => told.push(`up ${value}`),
    failed: (error: unknown) => {
      told.push('failed');
      opened.error = error;
    },
    down: (error: unknown) => {
      told.push('down');
      opened.error = error;
    },
    gone: () => told.push('gone'),
  };
  const limits = { connectTimeoutMs: 100, closeTimeoutMs: 50, ...timeouts };
  const live = new LiveConnection(7, 3, written, limits, fate);
  const opened: Live = { live, told, closed, error: undefined, signal: undefined };
  return opened;
}
