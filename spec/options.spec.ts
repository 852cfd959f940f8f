import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { paperOf, root } from './support/papers.ts';

/** Where options and members are declared, and the page that has a row for each. */
const pages = [
  ['lib/pool/pool-options.ts', 'PoolOptions', 'lib/pool/README.md'],
  ['lib/supply/connector.ts', 'Connector', 'lib/pool/README.md'],
  ['lib/pool/pool.ts', 'Pool', 'lib/pool/README.md'],
  ['lib/checkout/checkout-options.ts', 'CheckoutOptions', 'lib/checkout/README.md'],
  ['lib/checkout/lease.ts', 'Lease', 'lib/checkout/README.md'],
  ['lib/checkout/queue/codel.ts', 'CodelOptions', 'lib/checkout/README.md'],
  ['lib/requests/with-connection.ts', 'WithConnectionOptions', 'lib/requests/README.md'],
  ['lib/metrics/metrics.ts', 'MetricsOptions', 'lib/metrics/README.md'],
  ['lib/metrics/pool-metrics.ts', 'PoolGauges', 'lib/metrics/README.md'],
  ['lib/metrics/window-metrics.ts', 'WindowMetrics', 'lib/metrics/README.md'],
  ['lib/log/record-to.ts', 'RecordOptions', 'lib/log/README.md'],
  ['lib/dashboard/dashboard-options.ts', 'DashboardOptions', 'lib/dashboard/README.md'],
  ['lib/dashboard/dashboard-options.ts', 'DashboardHandlerOptions', 'lib/dashboard/README.md'],
  ['lib/gateway/gateway-options.ts', 'GatewayOptions', 'lib/gateway/README.md'],
  ['lib/gateway/http/sessions.ts', 'SessionLimits', 'lib/gateway/README.md'],
  ['lib/gateway/policy/policy-options.ts', 'PolicyOptions', 'lib/gateway/README.md'],
  ['lib/gateway/policy/policy-options.ts', 'AuditOptions', 'lib/gateway/README.md'],
  ['lib/gateway/policy/audit.ts', 'CallAudited', 'lib/gateway/README.md'],
  ['lib/gateway/policy/gateway-counts.ts', 'GatewayCounts', 'lib/gateway/README.md'],
  ['lib/otel/providers.ts', 'InstrumentOptions', 'lib/otel/README.md'],
  ['lib/prometheus/collect-pool.ts', 'CollectOptions', 'lib/prometheus/README.md'],
  ['lib/telemetry/metered-pool.ts', 'NameOptions', 'lib/otel/README.md'],
  ['lib/telemetry/metered-pool.ts', 'NameOptions', 'lib/prometheus/README.md'],
  ['lib/mcp/mcp-pool-options.ts', 'McpPoolOptions', 'lib/mcp/README.md'],
  ['lib/mcp/connector.ts', 'McpConnectorOptions', 'lib/mcp/README.md'],
  ['lib/mcp/connection/sharing.ts', 'SharingOptions', 'lib/mcp/README.md'],
  ['lib/mcp/connection/handlers.ts', 'McpHandlers', 'lib/mcp/README.md'],
  ['lib/mcp/lines/tcp.ts', 'TcpOptions', 'lib/mcp/README.md'],
  ['lib/mcp/lines/stdio.ts', 'StdioOptions', 'lib/mcp/README.md'],
  ['lib/mcp/transport/limits.ts', 'MessageLimits', 'lib/mcp/README.md'],
  ['lib/mcp/transport/limits.ts', 'ServerLimits', 'lib/mcp/README.md'],
  ['lib/mcp/transport/limits.ts', 'LineLimits', 'lib/mcp/README.md'],
  ['lib/mcp/transport/limits.ts', 'ClientLimits', 'lib/mcp/server/README.md'],
  ['lib/mcp/http/http-options.ts', 'StreamableHttpOptions', 'lib/mcp/http/README.md'],
  ['lib/mcp/requests/retry.ts', 'McpRetryOptions', 'lib/mcp/requests/README.md'],
  ['lib/mcp/family/mcp-pool-family.ts', 'McpPoolFamilyOptions', 'lib/mcp/family/README.md'],
  ['lib/mcp/family/mcp-pool-family.ts', 'McpPoolFamily', 'lib/mcp/family/README.md'],
  ['lib/mcp/config/read-config.ts', 'ReadConfigOptions', 'lib/mcp/config/README.md'],
  ['lib/mcp/endpoints/dns-endpoints.ts', 'DnsEndpointsOptions', 'lib/mcp/endpoints/README.md'],
  ['lib/cluster/redis-allowance.ts', 'RedisAllowanceOptions', 'lib/cluster/README.md'],
  ['lib/mcp/server/serve-tcp.ts', 'ServeTcpOptions', 'lib/mcp/server/README.md'],
] as const;

/** The names that an interface declares itself, without those that are internal. */
function membersOf(path: string, name: string): readonly string[] {
  const source = ts.createSourceFile(path, readFileSync(`${root}/${path}`, 'utf8'), ts.ScriptTarget.Latest, true);
  const declared = source.statements.filter(ts.isInterfaceDeclaration).find((one) => one.name.text === name);
  return (declared?.members ?? [])
    .filter((member) => !ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal'))
    .flatMap((member) => (member.name && ts.isIdentifier(member.name) ? [member.name.text] : []));
}

it.each(pages)('has all of %s, %s, in %s', (path, name, page) => {
  const members = membersOf(path, name);
  const { text } = paperOf(page);
  expect(members.length).toBeGreaterThan(0);
  expect(members.filter((member) => !new RegExp(`[\`{ ]${member.replace('$', '\\$')}[\`(,: ]`).test(text))).toEqual([]);
});
