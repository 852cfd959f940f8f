import { stdio } from '../../mcp/lines/stdio.ts';
import { tcp } from '../../mcp/lines/tcp.ts';
import type { McpTransport } from '../../mcp/transport/transport.ts';
import type { LoadTarget } from './load-options.ts';
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
export async function openTarget(target: LoadTarget, demoServer: URL): Promise<OpenTarget> {
  switch (target.kind) {
    case 'demo': {
      const server = await startDemoServer(demoServer);
      const { port } = server;
      return { transport: tcp({ port }), name: `the embedded server (127.0.0.1:${port})`, close: () => server.stop() };
    }
    case 'tcp':
      return opened(tcp({ host: target.host, port: target.port }));
    case 'stdio':
      return opened(stdio({ command: target.command, args: target.args }));
  }
}

function opened(transport: McpTransport): OpenTarget {
  return { transport, name: transport.target, close: () => Promise.resolve() };
}
