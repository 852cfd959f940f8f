import { Agent, RunContext } from '@openai/agents';
import { agentsServer, createMcpPool, stdio } from 'rx-mcp-pool/mcp';

const server = { command: 'npx', args: ['@modelcontextprotocol/server-everything', 'stdio'] };
const pool = createMcpPool({ transport: stdio(server), maxSize: 4 });
const agent = new Agent({ name: 'helper', mcpServers: [agentsServer(pool)] });
const tools = await agent.getMcpTools(new RunContext()); // as `run(agent, prompt)` does
console.log(tools.map(({ name }) => name));
await pool.close();
