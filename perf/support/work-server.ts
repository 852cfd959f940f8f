import { serveTcp } from '../../lib/mcp/index.ts';
import { serveHttp } from './serve-http.ts';
import { timedServer } from './timed-server.ts';

// A program of its own: it tells its ports to whoever forked it, and ends with them, whatever ended them.
process.once('disconnect', () => process.exit(0));
const { port } = await serveTcp(timedServer);
process.send?.({ port, httpPort: await serveHttp(timedServer) });
