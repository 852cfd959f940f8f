import { serveTcp } from '../../lib/mcp/index.ts';
import { workServer } from '../../lib/mcp/work-server.ts';

// A program of its own: it tells its port to whoever forked it, and ends with them, whatever ended them.
process.once('disconnect', () => process.exit(0));
const { port } = await serveTcp(workServer);
process.send?.({ port });
