import { routineOf } from './scenarios.ts';
import { openPool, openSdk } from './subject.ts';

// The program that the suite starts for each scenario, with the address of its server.
const url = process.argv.at(-1) ?? '';
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? '';
const context = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as Record<string, unknown>;
const era = process.env['MCP_CONFORMANCE_PROTOCOL_VERSION'] === '2026-07-28' ? 'auto' : 'legacy';
const openSubject = process.argv.includes('--sdk') ? openSdk : openPool;

// The suite kills no more than the shell that it started this with.
setTimeout(() => process.exit(1), 110_000).unref();

await routineOf(scenario)((options) => openSubject(url, { era, ...options }), { scenario, url, context });
