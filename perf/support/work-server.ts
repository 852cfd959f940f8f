import { serveTcp } from '../../lib/mcp/index.ts';
import { timedServer } from './timed-server.ts';

// A program of its own: it tells its port to whoever forked it, and ends with them, whatever ended them.
process.once('disconnect', () => process.exit(0));
const { port } = await serveTcp(timedServer);
process.send?.({ port });
