import { type Metric, Registry, register } from 'prom-client';
import { Subscription } from 'rxjs';
import type { Call, CallWatch } from '../gateway/policy/call-watch.ts';
import { CallMeter, isMetered } from '../telemetry/call-meter.ts';
import { served } from '../telemetry/instruments.ts';
import { type MeteredGateway, checkGateway } from '../telemetry/metered-gateway.ts';
import { BucketRecorders } from './bucket-recorders.ts';
import { type CollectOptions, collectPool } from './collect-pool.ts';
import { type Sample, ScrapedMetric, timeMetric } from './scraped-metric.ts';

/**
 * Adds a gateway and its pools to a registry of `prom-client`, until unsubscribed from: `collectPool` of its pools, the
 * requests of its clients, its sessions and what it refuses. Throws as `collectPool` does; a registry can have one gateway.
 */
export function collectGateway(gateway: MeteredGateway, options: CollectOptions = {}): Subscription {
  checkGateway(gateway);
  const { registry = register, prefix = '', buckets, maxNames = 100 } = options;
  const collecting = collectPool(gateway, { name: ({ name }) => name, ...options });
  const recorders = new BucketRecorders(({ boundaries }) => buckets ?? boundaries);
  const meter = new CallMeter(recorders, maxNames);
  const metrics = [...countsOf(gateway, prefix), timeMetric(prefix, served, () => recorders.all(served))];
  for (const metric of metrics) {
    try {
      registry.registerMetric(metric as unknown as Metric);
    } catch (error) {
      collecting.unsubscribe();
      throw error;
    }
    collecting.add(() => {
      registry.removeSingleMetric(metric.name);
    });
  }
  const begin = (call: Call): CallWatch | undefined => {
    if (!isMetered(call)) return undefined;
    return {
      ended: (ended) => {
        meter.record(meter.labelsOf(call, ended), ended.ms);
      },
    };
  };
  collecting.add(gateway.watchCalls({ begin }));
  return collecting;
}

/** What a program that has no registry of its own answers to whoever scrapes it. */
export interface GatewayPage {
  readonly contentType: string;
  readonly text: () => Promise<string>;
  /** Collects nothing any more. */
  readonly end: () => void;
}

/** A gateway in a registry that nothing else is in. */
export function gatewayPage(gateway: MeteredGateway): GatewayPage {
  const registry = new Registry();
  const collecting = collectGateway(gateway, { registry });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    end: () => {
      collecting.unsubscribe();
    },
  };
}

function countsOf(gateway: MeteredGateway, prefix: string): readonly ScrapedMetric[] {
  const gauge = (name: string, help: string, read: () => readonly Sample[]): ScrapedMetric =>
    new ScrapedMetric({ name: `${prefix}mcp_server_${name}`, help, type: 'gauge' }, read);
  const refused = { name: `${prefix}mcp_server_refused_requests_total`, help: REFUSED, type: 'counter' } as const;
  return [
    gauge('sessions', 'Sessions of clients of the legacy era', () => single(gateway.counts.sessions)),
    gauge('listening', 'Clients of the modern era that listen', () => single(gateway.counts.listening)),
    gauge('open_requests', 'Requests of clients that are open', () => single(gateway.counts.open)),
    new ScrapedMetric(refused, () =>
      Object.entries(gateway.counts.refused).map(([reason, value]) => ({ labels: { reason }, value })),
    ),
  ];
}

const REFUSED = 'Requests that were refused before they were looked at as ones of MCP, by the reason';

function single(value: number): readonly Sample[] {
  return [{ labels: {}, value }];
}
