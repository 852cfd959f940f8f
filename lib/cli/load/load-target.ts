import { tcp } from '../../mcp/lines/tcp.ts';
import type { McpTransport } from '../../mcp/transport/transport.ts';
import type { ChosenServer } from '../server/chosen-server.ts';
import { startDemoServer } from './start-demo-server.ts';

/** A server that can be reached. */
export interface OpenTarget {
  readonly transport: McpTransport;
  /** For people. */
  readonly name: string;
  /** Ends what was started for it. */
  close(): Promise<void>;
}

/** The transport to a real server, or to the embedded one, which it starts first. */
export async function openTarget(server: ChosenServer | undefined, demoServer: URL): Promise<OpenTarget> {
  if (server !== undefined) {
    const { transport } = server;
    return { transport, name: transport.target, close: () => Promise.resolve() };
  }
  const demo = await startDemoServer(demoServer);
  const { port } = demo;
  return { transport: tcp({ port }), name: `the embedded server (127.0.0.1:${port})`, close: () => demo.stop() };
}
