import { SignJWT, createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { fileURLToPath } from 'node:url';
import { createMcpPool, stdio } from 'rx-mcp-pool/mcp';
import { serveGateway } from 'rx-mcp-pool/serve';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

// A gateway that knows who asks by signed tokens (JWT), and lets guests read only.

const issuer = 'https://id.example';
const audience = 'https://mcp.example/mcp';

// Stands for the keys that your provider publishes: `createRemoteJWKSet(new URL('https://id.example/jwks'))`.
const { publicKey, privateKey } = await generateKeyPair('RS256');
const keys = createLocalJWKSet({ keys: [await exportJWK(publicKey)] });

const program = fileURLToPath(new URL('notes-program.js', import.meta.url));
const pool = createMcpPool({ transport: stdio({ command: process.execPath, args: [program] }), maxSize: 1 });

const gateway = await serveGateway({
  pool,
  port: 0,
  // Whatever is thrown here becomes 401.
  principal: async ({ headers: { authorization = '' } }) => {
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) return undefined;
    // The audience is what keeps out a token that was given for another service.
    const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms: ['RS256'] });
    return payload.sub;
  },
  allow: (principal, tool) => principal !== 'guest' || tool === 'list',
});
gateway.audit$.subscribe((event) => {
  if (event.type === 'stranger') console.log(`a stranger: ${event.error ?? event.reason}`);
});

// From here on the example only tries itself.
const tokenOf = (subject: string, forWhom: string, expires: string): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'RS256' })
    .setSubject(subject)
    .setIssuer(issuer)
    .setAudience(forWhom)
    .setExpirationTime(expires)
    .sign(privateKey);

async function toolsWith(token: string): Promise<string> {
  const client = new Client({ name: 'example', version: '1.0.0' });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  try {
    await client.connect(new StreamableHTTPClientTransport(new URL(gateway.url), { requestInit }));
    const { tools } = await client.listTools();
    return tools.map(({ name }) => name).join(', ');
  } catch {
    return 'refused';
  } finally {
    await client.close();
  }
}

console.log(`ann: ${await toolsWith(await tokenOf('ann', audience, '1 minute'))}`);
console.log(`a guest: ${await toolsWith(await tokenOf('guest', audience, '1 minute'))}`);
console.log(`for another audience: ${await toolsWith(await tokenOf('ann', 'https://other.example', '1 minute'))}`);
console.log(`expired: ${await toolsWith(await tokenOf('ann', audience, '1 minute ago'))}`);

await gateway.close();
await pool.close();
