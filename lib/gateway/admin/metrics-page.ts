import { messageOf } from '../../base/thrown.ts';
import type { MeteredGateway } from '../../telemetry/metered-gateway.ts';

/** What is answered to whoever scrapes the gateway. */
export interface MetricsPage {
  readonly status: number;
  readonly contentType: string;
  readonly text: () => Promise<string>;
  /** Collects nothing any more. */
  readonly end: () => void;
}

/** Begins to collect; where `prom-client` is not installed the page says so. */
export async function metricsPage(gateway: MeteredGateway): Promise<MetricsPage> {
  try {
    const { gatewayPage } = await import('../../prometheus/collect-gateway.ts');
    return { status: 200, ...gatewayPage(gateway) };
  } catch (error) {
    const isMissing = Reflect.get(Object(error) as object, 'code') === 'ERR_MODULE_NOT_FOUND';
    const why = isMissing ? 'prom-client is not installed: npm install prom-client' : messageOf(error);
    const text = (): Promise<string> => Promise.resolve(`there are no metrics: ${why}\n`);
    return { status: 501, contentType: 'text/plain; charset=utf-8', text, end: () => undefined };
  }
}
