import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import { onTestFinished } from 'vitest';
import { type Pools, dashboardHandler } from '../../lib/dashboard/index.ts';

/** A dashboard at `/admin/pools` of a server that has something else, too. */
export interface MountedDashboard {
  /** Of the server, without a slash. */
  readonly origin: string;
  /** Closes the dashboard, then the server, which waits for all that is open. */
  close(): Promise<void>;
}

type Mounting = (pools: Pools) => Promise<MountedDashboard>;

const PATH = '/admin/pools';
const OTHER = 'of the app';

/** Real servers with a dashboard in them, as its README says. Each ends with the test. */
export const mountings: Readonly<Record<string, Mounting>> = {
  Express: async (pools) => {
    const handler = dashboardHandler(pools);
    const app = express().use(PATH, handler);
    app.get('/other', (_, response) => {
      response.send(OTHER);
    });
    return served(createServer(app), handler.close);
  },
  Fastify: async (pools) => {
    const handler = dashboardHandler(pools, { path: PATH });
    const app = fastify();
    app.get('/other', () => OTHER);
    for (const url of [PATH, `${PATH}/*`]) {
      app.get(url, (request, reply) => {
        reply.hijack();
        handler(request.raw, reply.raw);
      });
    }
    await app.ready();
    return served(app.server, handler.close);
  },
  'node:http': async (pools) => {
    const handler = dashboardHandler(pools, { path: PATH });
    const server = createServer((request, response) => {
      handler(request, response, () => {
        response.statusCode = request.url === '/other' ? 200 : 404;
        response.end(OTHER);
      });
    });
    return served(server, handler.close);
  },
};

async function served(server: Server, closeDashboard: () => void): Promise<MountedDashboard> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  let closed: Promise<unknown> | undefined;
  const close = async (): Promise<void> => {
    closed ??= (async () => {
      closeDashboard();
      server.close();
      server.closeIdleConnections();
      await once(server, 'close');
    })();
    await closed;
  };
  onTestFinished(close);
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
