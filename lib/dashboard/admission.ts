import type { IncomingMessage } from 'node:http';
import type { ResolvedHandler } from './dashboard-options.ts';

/** A request that is not answered, and how it is refused. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
}

/** Tells why a request is refused; `undefined` where it is answered. */
export type Admission = (request: Pick<IncomingMessage, 'method' | 'headers'>) => Refusal | undefined;

/**
 * Whether a request comes from a page of ours, or from somebody who typed the address. The name that it asks for is
 * checked against DNS rebinding, unless `any` will do, and its origin, because any page in the same browser can send
 * requests here.
 */
export function admissionOf(allowedHosts: ResolvedHandler['allowedHosts']): Admission {
  const isAllowed = allowedHosts === 'any' ? () => true : isAmong(allowedHosts);
  return ({ method, headers }) => {
    const { host = '', origin } = headers;
    if (!isAllowed(nameOf(host))) return { status: 403, error: `this is not the server of ${host || 'nobody'}` };
    if (origin !== undefined && !isOwn(origin, host)) return { status: 403, error: 'not for pages of other origins' };
    if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') {
      return { status: 403, error: 'not for pages of other sites' };
    }
    if (method === 'GET' || method === 'HEAD') return undefined;
    return { status: 405, error: 'nothing can be changed here, only GET and HEAD are answered' };
  };
}

function isAmong(hosts: readonly string[]): (name: string) => boolean {
  const names = new Set(['localhost', '127.0.0.1', '[::1]', ...hosts.map(bracketed)].map(lower));
  return (name) => names.has(name);
}

function isOwn(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

/** Without the port, which a tunnel may have changed. */
function nameOf(host: string): string {
  return lower(host.replace(/:\d*$/, ''));
}

/** An IPv6 address as it stands in a URL. */
function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function lower(name: string): string {
  return name.toLowerCase();
}

/** Whether an answer is a refusal. */
export function isRefusal(answer: object): answer is Refusal {
  return 'status' in answer && 'error' in answer;
}
