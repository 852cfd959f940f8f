import { checkObject } from '../../base/durations.ts';
import { type OptionNames, checkKnown } from '../../base/known-options.ts';
import { messageNames, checkLimits, type MessageLimits, type ServerLimits } from '../transport/limits.ts';
import type { AuthProvider, FetchLike, OAuthClientProvider } from '@modelcontextprotocol/client';

/** What the transport says itself; a header of the same name would be a lie. */
const reserved: readonly string[] = [
  'accept',
  'content-length',
  'content-type',
  'host',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
];

/** The address; throws a TypeError or RangeError for options that make no sense, which quotes nothing that is secret. */
export function checkHttpOptions(options: StreamableHttpOptions): URL {
  checkObject('the options of streamableHttp', options);
  checkKnown('streamableHttp', options, httpNames);
  const { headers = {}, fetch, authProvider, renewSession } = options;
  const url = addressOf(options.url);
  checkHeaders(headers);
  checkFunction('fetch', fetch);
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
  if (typeof headers !== 'object' || (headers as unknown) === null || headers instanceof Headers) {
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

/** Node's own error would quote the value. */
function isHeader(name: string, value: string): boolean {
  try {
    return new Headers({ [name]: value }).has(name);
  } catch {
    return false;
  }
}

function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw new TypeError(`${name} must be a function`);
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
  /** In place of the global `fetch`, such as one with an agent of its own. It must heed `signal`. */
  readonly fetch?: FetchLike;
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
  authProvider: true,
  renewSession: true,
};
