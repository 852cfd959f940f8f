import { Resolver } from 'node:dns/promises';
import { EMPTY, type Observable, catchError, defer, distinctUntilChanged, exhaustMap, tap, timer } from 'rxjs';
import { checkObject, count, duration } from '../../base/durations.ts';
import { type OptionNames, checkKnown } from '../../base/known-options.ts';
import { reporting } from '../../base/report.ts';
import { toError } from '../../base/thrown.ts';
import { type DnsEndpoint, type DnsQuestion, type DnsResolver, lookUp } from './dns-records.ts';

/** What to look up, and how often. */
export interface DnsEndpointsOptions {
  /** The name that has the records, such as `_mcp._tcp.search.internal`. */
  readonly name: string;
  /** Of which type they are. Default: `'SRV'`. */
  readonly type?: 'SRV' | 'A' | 'AAAA';
  /** The port of all addresses; `A` and `AAAA` need it, and `SRV` must not have it. */
  readonly port?: number;
  /** How long after one lookup the next one begins, in milliseconds; no sooner than the one before has ended. Default: 30 000. */
  readonly intervalMs?: number;
  /** Whom to ask. Default: the servers that the system knows. */
  readonly resolver?: DnsResolver;
  /** Called when a lookup has failed; once until one succeeds again. Default: nobody is told. */
  readonly onError?: (error: Error) => void;
}

const names: OptionNames<DnsEndpointsOptions> = {
  name: true,
  type: true,
  port: true,
  intervalMs: true,
  resolver: true,
  onError: true,
};

/**
 * The endpoints that DNS has of a name, for `endpoints$`: the list when it is first known, and each time that it changes.
 *
 * A lookup that fails changes nothing, nor does a name without records: the last list stays. It never errors and never
 * completes, and asks only while somebody is subscribed. Throws a `TypeError` or `RangeError` for options that make no sense.
 */
export function dnsEndpoints(options: DnsEndpointsOptions): Observable<readonly DnsEndpoint[]> {
  checkObject('the options of dnsEndpoints', options);
  checkKnown('dnsEndpoints', options, names, { refreshMs: 'intervalMs', hostname: 'name' });
  const question = questionOf(options);
  const { resolver = new Resolver(), intervalMs = 30_000, onError = () => undefined } = options;
  if (duration('intervalMs', intervalMs) === 0) throw new RangeError('intervalMs must be more than 0 and finite');
  const tell = reporting(onError);
  return defer(() => {
    let isFailing = false;
    return timer(0, intervalMs).pipe(
      exhaustMap(() =>
        defer(() => lookUp(resolver, question)).pipe(
          tap(() => (isFailing = false)),
          catchError((error: unknown) => {
            if (!isFailing) tell(toError(error));
            isFailing = true;
            return EMPTY;
          }),
        ),
      ),
      distinctUntilChanged(isSame),
    );
  });
}

function questionOf({ name, type = 'SRV', port }: DnsEndpointsOptions): DnsQuestion {
  if (typeof name !== 'string' || name === '') throw new TypeError('name must be a text');
  if (!['SRV', 'A', 'AAAA'].includes(type))
    throw new TypeError(`type must be 'SRV', 'A' or 'AAAA', not ${JSON.stringify(type)}`);
  if ((type === 'SRV') !== (port === undefined))
    throw new TypeError(type === 'SRV' ? 'records of the type SRV have their own ports' : `type ${type} needs a port`);
  return { name, type, port: port === undefined ? 0 : count('port', port, 1) };
}

function isSame(one: readonly DnsEndpoint[], other: readonly DnsEndpoint[]): boolean {
  return one.length === other.length && one.every(({ id }, i) => id === other[i]?.id);
}
