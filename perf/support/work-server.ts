import { serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { serveHttp } from './serve-http.ts';
import { timedServer } from './timed-server.ts';

// A program of its own: it tells its ports to whoever forked it, and ends with them, whatever ended them.
process.once('disconnect', () => process.exit(0));
// A workload opens the pools of all its cases at once, which is more than are let in by default.
const { port } = await serveTcp(timedServer, { maxConnections: Infinity });
process.send?.({ port, httpPort: await serveHttp(timedServer) });
