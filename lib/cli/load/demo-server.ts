import { serveTcp } from '../../mcp/server/serve-tcp.ts';
import { workServer } from '../../mcp/server/work-server.ts';

// A program of its own: it tells its port to whoever forked it, and ends with them.

// Ctrl-C in a terminal reaches the whole group; requests under way are still to be answered.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.once('disconnect', () => process.exit(0));
const server = await serveTcp(workServer);
process.send?.({ port: server.port });
