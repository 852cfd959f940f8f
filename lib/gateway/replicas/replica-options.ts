import { NEVER, type Observable, concat, of } from 'rxjs';
import { checkObject, duration } from '../../base/durations.ts';
import { type OptionNames, checkKnown } from '../../base/known-options.ts';
import { SealedIds } from './sealed-id.ts';

/** How several gateways before the same servers are one for their clients. */
export interface ReplicaOptions {
  /**
   * Texts of 16 characters or more that all of them have, and nobody else. The first one seals, each of them opens: a new key is
   * put first, and the old one taken away a day later.
   */
  readonly keys: readonly string[];
  /** Where the others are reached by this one, at their `host` and `port`: `http://10.0.0.2:3100`. None when left out. */
  readonly peers?: readonly string[];
  /** In place of `peers`: all of them, whenever that changes. Its own address among them does no harm. */
  readonly peers$?: Observable<readonly string[]>;
  /** Where the others reach this one, `127.0.0.1`. Keep it to a network of your own. */
  readonly host?: string;
  /** The port of that, which is needed with peers; 0: any that is free. */
  readonly port?: number;
  /**
   * How long nothing may be heard of a request that another node answers, in milliseconds: 30 000; 0 or `Infinity`: for ever. Nodes
   * say several times within it that they have not forgotten one, so a request may take as long as it likes.
   */
  readonly hopTimeoutMs?: number;
}

/** The options with everything filled in. */
export interface ResolvedReplicas {
  readonly keys: readonly string[];
  readonly ids: SealedIds;
  /** `undefined`: there are no others to speak to. */
  readonly peers$: Observable<readonly string[]> | undefined;
  readonly host: string;
  readonly port: number;
  readonly hopTimeoutMs: number;
}

const HOP_TIMEOUT_MS = 30_000;

const optionNames: OptionNames<ReplicaOptions> = {
  keys: true,
  peers: true,
  peers$: true,
  host: true,
  port: true,
  hopTimeoutMs: true,
};

/** Fills in the defaults; throws a `TypeError` or `RangeError` for options that make no sense. */
export function resolveReplicas(options: ReplicaOptions): ResolvedReplicas {
  checkObject('replicas', options);
  checkKnown('replicas', options, optionNames);
  const { keys, host = '127.0.0.1', port, hopTimeoutMs = HOP_TIMEOUT_MS } = options;
  if (!Array.isArray(keys)) throw new TypeError('replicas.keys must be a list of texts');
  const peers$ = followed(options);
  if (peers$ !== undefined && port === undefined) throw new TypeError('replicas.port is needed with replicas.peers');
  if (typeof host !== 'string' || host === '') throw new TypeError('replicas.host must be the address to listen at');
  if (port !== undefined && (!Number.isInteger(port) || port < 0 || port > 65_535)) {
    throw new RangeError(`replicas.port must be a port from 0 to 65535, not ${port}`);
  }
  const silenceMs = duration('replicas.hopTimeoutMs', hopTimeoutMs);
  return { keys, ids: new SealedIds(keys), peers$, host, port: port ?? 0, hopTimeoutMs: silenceMs };
}

function followed({ peers, peers$ }: ReplicaOptions): Observable<readonly string[]> | undefined {
  if (peers === undefined) return peers$;
  if (peers$ !== undefined) throw new TypeError('choose one of replicas.peers and replicas.peers$');
  for (const url of peers) {
    if (typeof url !== 'string' || !URL.canParse(url) || new URL(url).protocol !== 'http:') {
      throw new TypeError(`replicas.peers must hold URLs such as http://10.0.0.2:3100, not ${url}`);
    }
  }
  return concat(of(peers), NEVER);
}
