/** A host and a port that a service is to be found at. */
export interface DnsEndpoint {
  /** `host:port`, with brackets around an address of IPv6. */
  readonly id: string;
  /** A name (`SRV`) or an address (`A`, `AAAA`). */
  readonly host: string;
  /** The port of the record, or that of the options. */
  readonly port: number;
}

/** What is asked of DNS: what `new Resolver()` of `node:dns/promises` has. */
export interface DnsResolver {
  /** The records of a service. */
  resolveSrv(name: string): Promise<readonly SrvRecord[]>;
  /** The addresses of IPv4. */
  resolve4(name: string): Promise<readonly string[]>;
  /** The addresses of IPv6. */
  resolve6(name: string): Promise<readonly string[]>;
}

/** A record of the type SRV. */
export interface SrvRecord {
  /** The host. */
  readonly name: string;
  /** The port at which the host serves. */
  readonly port: number;
  /** Whoever has the lowest is asked as long as he can be reached (RFC 2782). */
  readonly priority: number;
}

/** The records of one name. `port`: that of addresses; a record of the type SRV has its own. */
export interface DnsQuestion {
  readonly name: string;
  readonly type: 'SRV' | 'A' | 'AAAA';
  readonly port: number;
}

/** Asks once; rejects where there are no records. The list is in the order of the ids; of records of the type SRV it has those of the lowest priority. */
export async function lookUp(resolver: DnsResolver, question: DnsQuestion): Promise<readonly DnsEndpoint[]> {
  const targets = await targetsOf(resolver, question);
  if (targets.length === 0) throw new Error(`${question.name} has no records of the type ${question.type}`);
  const byId = new Map(targets.map(({ host, port }) => [idOf(host, port), { host, port }]));
  return [...byId].map(([id, target]) => ({ id, ...target })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

type Target = Omit<DnsEndpoint, 'id'>;

async function targetsOf(resolver: DnsResolver, { name, type, port }: DnsQuestion): Promise<readonly Target[]> {
  if (type !== 'SRV') {
    const hosts = await (type === 'A' ? resolver.resolve4(name) : resolver.resolve6(name));
    return hosts.map((host) => ({ host, port }));
  }
  const records = await resolver.resolveSrv(name);
  const first = Math.min(...records.map(({ priority }) => priority));
  return records
    .filter(({ priority }) => priority === first)
    .map((record) => ({ host: record.name, port: record.port }));
}

function idOf(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
