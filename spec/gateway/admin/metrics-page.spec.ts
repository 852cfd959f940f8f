import { describe, expect, it } from 'vitest';
import { fronted, page, withCall } from '../../support/admin-page.ts';
import { runCode } from '../../support/run-code.ts';
import { until } from '../../support/until.ts';

describe('metrics of a gateway', () => {
  it('are those of the gateway and of its pools', async () => {
    const { gateway, client, answer } = await withCall();
    await client.post({}, { headers: { host: 'evil.example' } });
    const during = (await page(gateway, '/metrics')).text;
    expect(during).toContain('\nmcp_server_sessions 1\n');
    expect(during).toContain('\nmcp_server_open_requests 1\n');
    answer();
    await until(async () => (await page(gateway, '/metrics')).text.includes('mcp_server_open_requests 0'));
    const { text, type } = await page(gateway, '/metrics');
    expect(type).toContain('text/plain');
    expect(text).toContain('mcp_server_refused_requests_total{reason="host"} 1\n');
    expect(text).toMatch(
      /^mcp_server_operation_duration_seconds_count{method="tools\/call",tool="x",outcome="ok"} 1$/m,
    );
    expect(text).toMatch(/^mcp_client_connection_checkouts_total{pool="[^"]+",strategy="[^"]+"} [1-9]/m);
  });

  it('have no names that clients have made up', async () => {
    const server = await fronted({ tools: { allow: ['x*'] }, admin: 0 });
    const { gateway, client } = server;
    server.handles('tools/call', ({ id }, say) => say({ id, error: { code: -32_602, message: 'no such tool' } }));
    await client.introduce();
    await client.ask('tools/call', { name: 'x-made-up' });
    await client.ask('tools/call', { name: 'made-up' });
    await client.ask('made/up');
    const { text } = await page(gateway, '/metrics');
    expect(text.split('\n').filter((line) => /^mcp_server.*made.up/.test(line))).toEqual([]);
    expect(text).toContain('{method="tools/call",outcome="refused",error="-32602"}');
    expect(text).toContain('{method="other",outcome="error",error="-32601"}');
  });

  it('are not there without prom-client, and say why; all else is', async () => {
    const told = await runCode(`
      import { register } from 'node:module';
      const hooks = \`export const resolve = (name, context, next) => {
        if (name !== 'prom-client') return next(name, context);
        throw Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' });
      };\`;
      register('data:text/javascript,' + encodeURIComponent(hooks));
      const { serveGateway } = await import('rx-mcp-pool/serve');
      const gateway = await serveGateway({ servers: {}, port: 0, admin: 0 });
      for (const path of ['metrics', 'livez', 'api/pools']) {
        const response = await fetch(gateway.adminUrl + path);
        console.log(response.status, (await response.text()).trim());
      }
      await gateway.close();`);
    expect(told.trim().split('\n')).toEqual([
      '501 there are no metrics: prom-client is not installed: npm install prom-client',
      '200 ok',
      '200 {"pools":[]}',
    ]);
  });
});
