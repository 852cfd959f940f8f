import { request } from 'node:http';
import { type Dashboard, type DashboardOptions, type Pools, serveDashboard } from '../../lib/dashboard/index.ts';
import { type StreamReader, readStream } from './stream-reader.ts';

const served: Dashboard[] = [];
const readers: StreamReader[] = [];

/** A dashboard at any free port, until `stopServing`. */
export async function serve(pools: Pools, options: Partial<DashboardOptions> = {}): Promise<Dashboard> {
  const dashboard = await serveDashboard(pools, { port: 0, ...options });
  served.push(dashboard);
  return dashboard;
}

/** A reader of its stream, until then too. */
export async function reader({ url }: Dashboard, pool?: number): Promise<StreamReader> {
  const reading = await readStream(url, pool);
  readers.push(reading);
  return reading;
}

/** Ends what the test left running. */
export async function stopServing(): Promise<void> {
  for (const reading of readers.splice(0)) reading.close();
  await Promise.all(served.splice(0).map((dashboard) => dashboard.close()));
}

/** What the server answers, whatever it is called there. */
export async function answered(dashboard: Dashboard, path: string): Promise<unknown> {
  return (await fetch(new URL(path, dashboard.url))).json();
}

/** With headers, methods and paths that `fetch` would not send. */
export function statusOf(
  { port }: Dashboard,
  {
    path = '/api/pools',
    method = 'GET',
    headers = {},
  }: { path?: string; method?: string; headers?: Record<string, string> },
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, method, headers, agent: false });
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject).end();
  });
}
