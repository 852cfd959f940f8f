import { describe, expect, it, onTestFinished } from 'vitest';
import { FreshConnections } from '../../../lib/cli/server/fresh-connections.ts';
import { serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { tcp } from '../../../lib/mcp/lines/tcp.ts';
import { counterServer } from '../../support/counter-server.ts';

function connectionsTo(port: number): FreshConnections {
  const connections = new FreshConnections({ transport: tcp({ port }) }, 2);
  onTestFinished(() => connections.close());
  return connections;
}

describe('fresh connections', () => {
  it('open without a pause, though the one before was closed at once', async () => {
    const server = await serveTcp(counterServer());
    onTestFinished(() => server.close());
    const connections = connectionsTo(server.port);
    const begunAt = performance.now();
    for (let i = 0; i < 8; i++) await (await connections.open()).close();
    // A pool that took this for the deaths of connections would wait for three seconds in all.
    expect(performance.now() - begunAt).toBeLessThan(1500);
  });

  it('say in plain words why they cannot be opened, without a second attempt', async () => {
    await expect(connectionsTo(1).open()).rejects.toThrow(/^connect ECONNREFUSED 127\.0\.0\.1:1$/);
  });

  it('end what is under way when they are closed', async () => {
    const server = await serveTcp(counterServer());
    onTestFinished(() => server.close());
    const connections = connectionsTo(server.port);
    const { connection } = await connections.open();
    await connections.close();
    expect(connection.transport.closed).toBe(true);
    await expect(connections.open()).rejects.toThrow('closed');
  });
});
