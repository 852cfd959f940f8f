import type { IncomingMessage } from 'node:http';
import type { ResolvedDashboard } from './dashboard-options.ts';

/** A request that is not answered, and how it is refused. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
}

/** Tells why a request is refused; `undefined` where it is answered. */
export type Admission = (request: Pick<IncomingMessage, 'method' | 'headers'>) => Refusal | undefined;

/**
 * Whether a request comes from a page of ours, or from somebody who typed the address. The name that it asks for is
 * checked against DNS rebinding, and its origin, because any page in the same browser can send requests here.
 */
export function admissionOf(options: Pick<ResolvedDashboard, 'host' | 'allowedHosts'>): Admission {
  const names = new Set(
    ['localhost', '127.0.0.1', '[::1]', bracketed(options.host), ...options.allowedHosts].map(lower),
  );
  return ({ method, headers }) => {
    const { host = '', origin } = headers;
    if (!names.has(nameOf(host))) return { status: 403, error: `this is not the server of ${host || 'nobody'}` };
    if (origin !== undefined && !isOwn(origin, host)) return { status: 403, error: 'not for pages of other origins' };
    if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') {
      return { status: 403, error: 'not for pages of other sites' };
    }
    return method === 'GET' ? undefined : { status: 405, error: 'nothing can be changed here, only GET is answered' };
  };
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
