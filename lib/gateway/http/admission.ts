import type { IncomingHttpHeaders } from 'node:http';
import { type Refusal, refusal } from './refusal.ts';

/** Why requests with these headers are refused; `undefined` where they are not. */
export type Admission = (headers: IncomingHttpHeaders) => Refusal | undefined;

/** The names of this machine for itself. */
const LOCAL: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Refuses what was meant for another host, against DNS rebinding, and what comes from pages of other origins: any page in a
 * browser on this machine can send requests here. `names`: the hosts that are allowed besides those of this machine.
 */
export function admissionOf(names: readonly string[]): Admission {
  const known = new Set([...LOCAL, ...names].map((name) => name.toLowerCase()));
  // Nearly all requests name the host in the same way.
  let lastHost = '';
  return ({ host = '', origin }) => {
    if (host !== lastHost) {
      if (!known.has(withoutPort(host))) {
        return { ...refusal(403, `this is not the server of ${host || 'nobody'}`), reason: 'host' };
      }
      lastHost = host;
    }
    if (origin === undefined || known.has(hostOf(origin))) return undefined;
    return { ...refusal(403, `not for pages of ${origin}`), reason: 'origin' };
  };
}

function withoutPort(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}

function hostOf(origin: string): string {
  try {
    return new URL(origin).hostname;
  } catch {
    return '';
  }
}
