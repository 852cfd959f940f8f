import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import parse from 'parse-prometheus-text-format';
import type { Registry } from 'prom-client';

/** One series; of histograms `count` and `buckets`. */
export interface ScrapedSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly value?: string;
  readonly count?: string;
  readonly buckets?: Readonly<Record<string, string>>;
}

/** A metric as it was scraped and parsed. */
export interface Scraped {
  readonly help: string;
  readonly type: string;
  readonly metrics: readonly ScrapedSeries[];
}

/** A registry behind HTTP, as Prometheus meets it. */
export interface Scraper {
  text(): Promise<string>;
  /** Parsed, by the names of the metrics. */
  scrape(): Promise<Map<string, Scraped>>;
  stop(): Promise<void>;
}

export async function startScraper(registry: Registry): Promise<Scraper> {
  const server = createServer((_, response) => {
    void registry.metrics().then((text) => response.setHeader('content-type', registry.contentType).end(text));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const text = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return {
    text,
    scrape: async () => parsed(await text()),
    stop: () => stop(server),
  };
}

/** Values added up; of histograms how much was recorded. */
export function totalOf(metric: Scraped | undefined, where: Readonly<Record<string, string>> = {}): number {
  return (metric?.metrics ?? [])
    .filter(({ labels }) => Object.entries(where).every(([name, value]) => labels[name] === value))
    .reduce((sum, { value, count }) => sum + Number(value ?? count), 0);
}

/** The parser knows no histograms with labels, so that their lines are parsed without the types, each as what it is. */
function parsed(text: string): Map<string, Scraped> {
  const lines = parse(text.replace(/^# TYPE .*$/gm, '')).flatMap(({ name, metrics }) =>
    metrics.map(({ labels = {}, value = '' }) => ({ name, labels, value })),
  );
  const keys = lines.map(({ name, labels }) => JSON.stringify([name, labels]));
  if (new Set(keys).size < keys.length) throw new Error('a series was scraped twice');
  const named = (name: string): typeof lines => lines.filter((line) => line.name === name);
  const bucketsOf = (name: string, labels: ScrapedSeries['labels']): Record<string, string> => {
    const own = named(`${name}_bucket`).map(({ labels: { le = '', ...rest }, value }) => ({ le, rest, value }));
    return Object.fromEntries(
      own.filter(({ rest }) => isDeepStrictEqual(rest, labels)).map(({ le, value }) => [le, value]),
    );
  };
  const seriesOf = (name: string, type: string): ScrapedSeries[] =>
    type === 'HISTOGRAM'
      ? named(`${name}_count`).map(({ labels, value }) => ({ labels, count: value, buckets: bucketsOf(name, labels) }))
      : named(name).map(({ labels, value }) => ({ labels, value }));
  return new Map(parse(text).map(({ name, help, type }) => [name, { help, type, metrics: seriesOf(name, type) }]));
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
