import { checkObject } from '../../base/durations.ts';
import { type OptionNames, checkKnown } from '../../base/known-options.ts';
import { isDispatcher } from './foreign-dispatcher.ts';
import { reserved } from './headers.ts';
import { messageNames, checkLimits, checkText, type MessageLimits, type ServerLimits } from '../transport/limits.ts';
import type { HttpDispatcher } from './dispatcher.ts';
import type { AuthProvider, FetchLike, OAuthClientProvider } from '@modelcontextprotocol/client';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { ConnectionOptions } from 'node:tls';

/** The address; throws a TypeError or RangeError for options that make no sense, which quotes nothing that is secret. */
export function checkHttpOptions(options: StreamableHttpOptions): URL {
  checkObject('the options of streamableHttp', options);
  checkKnown('streamableHttp', options, httpNames);
  const { headers = {}, fetch, authProvider, renewSession } = options;
  const url = addressOf(options.url);
  checkHeaders(headers);
  checkFunction('fetch', fetch);
  checkSockets(options, url);
  checkProvider(authProvider);
  if (renewSession !== undefined && typeof renewSession !== 'boolean') {
    throw new TypeError(`renewSession must be true or false: ${String(renewSession)}`);
  }
  if (url.username !== '' || url.password !== '') checkAlone(headers, authProvider);
  checkLimits(options);
  return url;
}

function addressOf(value: unknown): URL {
  const url = typeof value === 'string' || value instanceof URL ? parsed(value) : undefined;
  // Not quoted: it may hold a password.
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new TypeError('url must be an absolute address, http: or https:');
  }
  return url;
}

function parsed(value: string | URL): URL | undefined {
  try {
    const url = new URL(value);
    decodeURIComponent(url.username + url.password);
    return url;
  } catch {
    return undefined;
  }
}

function checkHeaders(headers: Readonly<Record<string, unknown>>): void {
  if (typeof headers !== 'object' || (headers as unknown) === null || isIterable(headers)) {
    throw new TypeError('headers must be an object of strings');
  }
  for (const [name, value] of Object.entries(headers)) {
    if (reserved.includes(name.toLowerCase()))
      throw new TypeError(`headers must not hold ${name}, which is set for you`);
    if (typeof value !== 'string' || !isHeader(name, value)) {
      throw new TypeError(`headers must hold valid names and values: ${JSON.stringify(name)} does not`);
    }
  }
}

/** Such as a `Headers`, whose entries are no properties. */
function isIterable(value: object): boolean {
  return Symbol.iterator in value;
}

/** Node's own error would quote the value. Not by `Headers`, with which Node loads its `fetch` and sets what belongs to it. */
function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw new TypeError(`${name} must be a function`);
}

/** Whoever brings what carries the requests opens the sockets as well. */
function checkSockets({ fetch, dispatcher, tls, path }: StreamableHttpOptions, url: URL): void {
  if (dispatcher !== undefined && !isDispatcher(dispatcher)) throw new TypeError('dispatcher must be one of undici');
  if (tls !== undefined) checkObject('tls', tls);
  if (path !== undefined) checkText('path', path);
  const given = Object.entries({ fetch, dispatcher, tls, path }).filter(([, value]) => value !== undefined);
  const [first] = given.map(([name]) => name).filter((name) => name === 'fetch' || name === 'dispatcher');
  if (first !== undefined && given.length > 1)
    throw new TypeError(`${first} goes with none of fetch, dispatcher, tls and path`);
  if (tls !== undefined && url.protocol !== 'https:') throw new TypeError('tls needs a url that begins with https:');
}

function checkProvider(provider: unknown): void {
  if (provider === undefined) return;
  const has = (key: string): boolean => typeof Reflect.get(Object(provider) as object, key) === 'function';
  if (!has('token') && !(has('tokens') && has('clientInformation'))) {
    throw new TypeError('authProvider must have token(), or be an OAuth client of the SDK');
  }
}

/** Two answers to one question: which of them the server gets would be a matter of luck. */
function checkAlone(headers: Readonly<Record<string, unknown>>, authProvider: unknown): void {
  const isTwice = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  if (isTwice || authProvider !== undefined) {
    throw new TypeError('a user in url cannot go with an authorization header or an authProvider');
  }
}

/** Where a server listens, and how to speak to it. */
export interface StreamableHttpOptions extends MessageLimits, ServerLimits {
  /** The server's endpoint, `http:` or `https:`. A user and password in it are sent as `Authorization: Basic`. */
  readonly url: string | URL;
  /** Sent with each request to the server's origin. Their values never stand in errors, events or logs. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * A `fetch` that carries the requests, in place of this package's own agent: ten times slower. It must heed `signal`. The
   * global one is used where it was replaced.
   */
  readonly fetch?: FetchLike;
  /**
   * A dispatcher of undici that carries the requests, such as a `ProxyAgent` or a `MockAgent`; it is not closed. Where it is
   * left out, that of `setGlobalDispatcher` is used, and else an agent of each transport, which heeds `HTTP_PROXY`,
   * `HTTPS_PROXY` and `NO_PROXY` (names, ports and `*`, no ranges of addresses), but not for this machine.
   */
  readonly dispatcher?: HttpDispatcher;
  /** The options of `tls.connect`, such as `ca`, `cert` and `key`. */
  readonly tls?: ConnectionOptions;
  /** A Unix socket, or a named pipe of Windows, in place of the host and port of `url`. */
  readonly path?: string;
  /** Where tokens come from; asked before each request, and shared by all connections: one refresh for all who wait. */
  readonly authProvider?: AuthProvider | OAuthClientProvider;
  /**
   * Whether a session that the server has forgotten is begun anew, and what was refused for it sent once more; default
   * `true`. What the server kept for the session (subscriptions, log level) is gone all the same. `false`: the connection
   * ends with `MCP_SESSION_EXPIRED`.
   */
  readonly renewSession?: boolean;
}

const httpNames: OptionNames<StreamableHttpOptions> = {
  ...messageNames,
  url: true,
  headers: true,
  fetch: true,
  dispatcher: true,
  tls: true,
  path: true,
  authProvider: true,
  renewSession: true,
};
