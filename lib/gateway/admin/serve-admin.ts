import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../base/thrown.ts';
import { type Admission, admissionOf } from '../../dashboard/admission.ts';
import { type DashboardHandler, dashboardHandler } from '../../dashboard/dashboard-handler.ts';
import type { PoolSource } from '../../dashboard/watched-pool.ts';
import type { MeteredGateway } from '../../telemetry/metered-gateway.ts';
import type { PeerReport } from '../replicas/peer-problems.ts';
import type { Upstreams } from '../upstreams.ts';
import { type MetricsPage, metricsPage } from './metrics-page.ts';
import { readinessOf } from './readiness.ts';
import { serverReports } from './server-report.ts';

/** What is told of, and by whom it is known. */
export interface AdminSource {
  readonly gateway: MeteredGateway & PoolSource & { readonly peers: readonly PeerReport[] };
  readonly upstreams: Upstreams;
  /** Whether the gateway takes requests; `draining`: not any more. */
  phase(): 'starting' | 'open' | 'draining';
}

/** The admin page of a gateway that is being served. */
export interface Admin {
  /** Where it is: `http://127.0.0.1:3001/`. */
  readonly url: string;
  /** Resolves when nothing is left of it. */
  close(): Promise<void>;
}

/** Nobody else's business. */
const HOST = '127.0.0.1';

/**
 * Serves what those who run a gateway look at, on a port of this machine: whether it lives and is ready, its metrics, how its
 * servers are, and the dashboard of its pools. Nothing can be changed there. Rejects where it cannot listen.
 */
export async function serveAdmin(source: AdminSource, port: number): Promise<Admin> {
  const metrics = await metricsPage(source.gateway);
  const dashboard = dashboardHandler(source.gateway);
  const admin = new RunningAdmin(source, { metrics, dashboard, admission: admissionOf([]) });
  try {
    await admin.listen(port);
  } catch (error) {
    metrics.end();
    dashboard.close();
    throw new Error(`the admin page cannot listen at ${HOST}:${port}: ${messageOf(error)}`, { cause: error });
  }
  return admin;
}

interface AdminParts {
  readonly metrics: MetricsPage;
  readonly dashboard: DashboardHandler;
  readonly admission: Admission;
}

class RunningAdmin implements Admin {
  url = '';
  readonly #source: AdminSource;
  readonly #parts: AdminParts;
  readonly #server: Server;

  constructor(source: AdminSource, parts: AdminParts) {
    this.#source = source;
    this.#parts = parts;
    this.#server = createServer(this.#answer.bind(this));
  }

  async listen(port: number): Promise<void> {
    await once(this.#server.listen(port, HOST), 'listening');
    this.url = `http://${HOST}:${(this.#server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    const { metrics, dashboard } = this.#parts;
    const closed = once(this.#server, 'close');
    metrics.end();
    dashboard.close();
    this.#server.close();
    // A page keeps its connections, and a reader who is slow would keep its stream.
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { dashboard, admission } = this.#parts;
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    const answer = Object.hasOwn(own, path) ? own[path] : undefined;
    // The dashboard refuses in the same way.
    if (answer === undefined || admission(request) !== undefined) dashboard(request, response);
    else void answer(this.#source, this.#parts).then(send.bind(undefined, response));
  }
}

/** What is answered to a request. */
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** What is answered here, by path. All else is the dashboard's. */
const own: Readonly<Record<string, (source: AdminSource, parts: AdminParts) => Promise<Answer>>> = {
  '/livez': () => Promise.resolve({ status: 200, type: 'text/plain; charset=utf-8', text: 'ok\n' }),
  '/readyz': (source) => {
    const { isReady, ...body } = readinessOf(source.phase(), serverReports(source.upstreams));
    return Promise.resolve(json(isReady ? 200 : 503, body));
  },
  '/peers': ({ gateway }) => Promise.resolve(json(200, gateway.peers)),
  '/servers': ({ upstreams }) => Promise.resolve(json(200, serverReports(upstreams))),
  '/metrics': async (_, { metrics: { status, contentType, text } }) => ({
    status,
    type: contentType,
    text: await text(),
  }),
};

function json(status: number, body: unknown): Answer {
  return { status, type: 'application/json', text: `${JSON.stringify(body, undefined, 2)}\n` };
}

function send(response: ServerResponse, { status, type, text }: Answer): void {
  const headers = { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  response.writeHead(status, headers).end(text);
}
