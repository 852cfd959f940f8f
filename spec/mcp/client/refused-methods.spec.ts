import { describe, expect, it } from 'vitest';
import { tcp } from '../../../lib/mcp/index.ts';
import { startLineServer } from '../../support/line-server.ts';
import { openPool } from '../../support/open-pool.ts';
import { answer, initialising } from '../../support/scripted-server.ts';
import { onTestFinished } from 'vitest';

const discovered = {
  result: {
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: {},
    serverInfo: { name: 's', version: '1' },
    ttlMs: 0,
    cacheScope: 'private',
  },
};

async function asked(
  options: object,
): Promise<{ readonly methods: string[]; readonly pool: ReturnType<typeof openPool> }> {
  const methods: string[] = [];
  const server = await startLineServer((message, say) => {
    methods.push(message.method);
    answer(message, { ...initialising(), 'server/discover': discovered }, say);
  });
  onTestFinished(() => server.stop());
  const pool = openPool({
    transport: tcp({ port: server.port }),
    minSize: 1,
    maxSize: 1,
    healthCheckIntervalMs: 0,
    ...options,
  });
  await pool.ready();
  return { methods, pool };
}

describe('a request that the SDK would not send', () => {
  it.each(['ping', 'logging/setLevel', 'resources/subscribe'])('is refused in the modern era: %s', async (method) => {
    const { methods, pool } = await asked({ era: 'modern' });
    const error = { code: 'METHOD_NOT_SUPPORTED_BY_PROTOCOL_VERSION' };
    await expect(pool.client.request({ method }, {})).rejects.toMatchObject(error);
    expect(methods).not.toContain(method);
    expect(pool.state).toMatchObject({ connects: 1, unhealthy: 0 });
  });

  it('is refused in the legacy era: server/discover', async () => {
    const { methods, pool } = await asked({ era: 'legacy' });
    const error = { code: 'METHOD_NOT_SUPPORTED_BY_PROTOCOL_VERSION' };
    await expect(pool.client.request({ method: 'server/discover' }, {})).rejects.toMatchObject(error);
    expect(methods).not.toContain('server/discover');
  });

  it('is refused where the client is strict and the server has not announced it', async () => {
    const { methods, pool } = await asked({ clientOptions: { enforceStrictCapabilities: true } });
    await expect(pool.client.callTool({ name: 'x' })).rejects.toMatchObject({ code: 'CAPABILITY_NOT_SUPPORTED' });
    expect(methods).not.toContain('tools/call');
  });

  it('is sent where its method is nobody knows what', async () => {
    const { methods, pool } = await asked({ era: 'modern' });
    await expect(pool.client.request({ method: 'acme/odd' }, {})).rejects.toMatchObject({ code: -32_601 });
    expect(methods).toContain('acme/odd');
  });
});
