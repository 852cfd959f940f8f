import { checkObject } from '../../base/durations.ts';
import { checkNames } from '../option-names.ts';
import { checkLimits } from '../transport/limits.ts';
import type { StreamableHttpOptions } from './streamable-http.ts';

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
  checkNames.streamableHttp(options);
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
