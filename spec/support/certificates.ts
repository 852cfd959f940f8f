import { randomUUID } from 'node:crypto';
import { generate } from 'selfsigned';

/** A private key and the certificate that goes with it, as PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** Who vouches for others. */
export interface Authority extends Identity {
  /** A certificate for this host, or for an address where it is one. */
  issue(host: string, validity?: Validity): Promise<Identity>;
}

interface Validity {
  readonly notBeforeDate: Date;
  readonly notAfterDate: Date;
}

type Options = NonNullable<Parameters<typeof generate>[1]>;

/** An authority of its own that nobody knows yet; made anew for each test, so that nothing runs out or is kept. */
export async function newAuthority(): Promise<Authority> {
  const ca = await certificate(randomUUID(), {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const issue = (host: string, validity?: Validity): Promise<Identity> =>
    certificate(host, {
      ...validity,
      ca,
      extensions: [{ name: 'subjectAltName', altNames: [/^[\d.]+$/.test(host) ? ip(host) : dns(host)] }],
    });
  return { ...ca, issue };
}

async function certificate(value: string, options: Options): Promise<Identity> {
  const settings: Options = { keyType: 'ec', algorithm: 'sha256', ...options };
  const { private: key, cert } = await generate([{ name: 'commonName', value }], settings);
  return { key, cert };
}

const ip = (address: string) => ({ type: 7, ip: address }) as const;
const dns = (value: string) => ({ type: 2, value }) as const;
