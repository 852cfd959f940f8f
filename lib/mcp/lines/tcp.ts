import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { checkObject } from '../../base/durations.ts';
import { type OptionNames, checkKnown } from '../../base/known-options.ts';
import {
  lineNames,
  checkDurationMs,
  checkLimits,
  checkPort,
  checkText,
  type LineLimits,
  type ServerLimits,
} from '../transport/limits.ts';
import { LineTransport } from './line-transport.ts';
import { socketCarrier } from './socket-carrier.ts';
import { tlsOptions } from '../transport/tls-options.ts';
import type { Carrier, McpTransport } from '../transport/transport.ts';

/** Where a TCP server listens, and how to speak to it. */
export interface TcpOptions extends LineLimits, ServerLimits {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** From 1 to 65535; needed unless there is a `path`. */
  readonly port?: number;
  /** In place of host and port: a Unix socket, or a named pipe of Windows. */
  readonly path?: string;
  /** For the connection and the TLS handshake together; default 10 000, 0 or Infinity for none. */
  readonly connectTimeoutMs?: number;
  /** How long a connection is silent before the kernel asks whether its peer is still there; default 15 000, 0 for never. */
  readonly keepAliveMs?: number;
  /** `true` for TLS with Node's defaults, or the options of `tls.connect`. */
  readonly tls?: boolean | ConnectionOptions;
}

interface Target {
  readonly address: { readonly host: string; readonly port: number } | { readonly path: string };
  readonly name: string;
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly tls: ConnectionOptions | undefined;
}

/**
 * Newline-delimited JSON over TCP, or TLS. Throws a TypeError or RangeError for options that make no sense; a server
 * that cannot be reached rejects `start` with an error that names it and carries the `code`, such as ECONNREFUSED.
 */
export function tcp(options: TcpOptions): McpTransport {
  const target = check(options);
  return {
    kind: 'tcp',
    target: target.name,
    create: () => new LineTransport(() => open(target), options),
  };
}

function check(options: TcpOptions): Target {
  checkObject('the options of tcp', options);
  checkKnown('tcp', options, tcpNames);
  const { connectTimeoutMs = 10_000, keepAliveMs = 15_000, tls = false } = options;
  checkLimits(options);
  if (typeof tls !== 'boolean') checkObject('tls', tls);
  return {
    ...addressOf(options),
    connectTimeoutMs: checkDurationMs('connectTimeoutMs', connectTimeoutMs),
    keepAliveMs: checkDurationMs('keepAliveMs', keepAliveMs),
    tls: tlsOptions(tls),
  };
}

function addressOf({ host = '127.0.0.1', port, path }: TcpOptions): Pick<Target, 'address' | 'name'> {
  if (path !== undefined) {
    checkText('path', path);
    if (port !== undefined) throw new TypeError('choose one of path and port');
    return { address: { path }, name: path };
  }
  checkText('host', host);
  checkPort(port, 1);
  return { address: { host, port }, name: isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}` };
}

function open(target: Target): Carrier {
  const { name, tls } = target;
  const socket = dial(target);
  socket.once('connect', () => {
    socket.setNoDelay(true);
    if (target.keepAliveMs !== Infinity) socket.setKeepAlive(true, target.keepAliveMs);
  });
  const carrier = socketCarrier(socket, connected(socket, target));
  // From TLS 1.3 on a server looks at our certificate after the handshake, and OpenSSL tells of it in words of its own.
  return tls ? { ...carrier, ended: carrier.ended.then((error) => error && named(error, name)) } : carrier;
}

function dial({ address, tls }: Target): Socket {
  if (!tls) return connect(address);
  // A certificate can be asked for by name only; an address is no name.
  const isNamed = 'host' in address && isIP(address.host) === 0;
  return connectTls({ ...(isNamed && { servername: address.host }), ...tls, ...address });
}

function connected(socket: Socket, target: Target): Promise<void> {
  const { name, connectTimeoutMs, tls } = target;
  return new Promise((resolve, reject) => {
    const late = (): void => {
      const what = tls && !socket.connecting ? 'TLS handshake' : 'connection';
      const message = `no ${what} within ${connectTimeoutMs} ms`;
      socket.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT' }));
    };
    const timer = connectTimeoutMs === Infinity ? undefined : setTimeout(late, connectTimeoutMs);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.once('error', (error) => {
      reject(named(error, name));
    });
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error(`${name}: closed while connecting`));
    });
  });
}

/** The error itself where it says which server it means; with two addresses tried, or from TLS, it does not. */
function named(error: NodeJS.ErrnoException & { library?: string; reason?: string }, name: string): Error {
  if (error.message.includes(name)) return error;
  // OpenSSL's own message is a line of its source.
  const told = error.library === undefined ? error.message : String(error.reason);
  const what = told || String(error.code);
  return Object.assign(new Error(`${name}: ${what}`, { cause: error }), { code: error.code });
}

const tcpNames: OptionNames<TcpOptions> = {
  ...lineNames,
  host: true,
  port: true,
  path: true,
  connectTimeoutMs: true,
  keepAliveMs: true,
  tls: true,
};
