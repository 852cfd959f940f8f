import { serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { toolServer } from './tool-server.ts';

// A program of its own: it tells its port to whoever forked it, and ends with them.
const server = await serveTcp(toolServer(), { port: Number(process.argv[2] ?? 0) });
process.send?.({ port: server.port });
process.once('disconnect', () => process.exit(0));
