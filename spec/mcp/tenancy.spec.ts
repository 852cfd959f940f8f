import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type McpPool, type McpPoolOptions, createMcpPool, stdio, streamableHttp, tcp } from '../../lib/mcp/index.ts';
import { serveTcp } from '../../lib/mcp/server/serve-tcp.ts';
import { chosenRuns, chosenSeed } from '../support/chosen.ts';
import { startHttpServer } from '../support/http-server.ts';
import { startLineServer } from '../support/line-server.ts';
import { progressServer } from '../support/progress-server.ts';
import { seeded } from '../support/seeded.ts';
import {
  type Ending,
  type Step,
  type TenantCall,
  startTenantHttp,
  tenantProgram,
  tenantServer,
} from '../support/tenant-server.ts';

const CALLERS = 8;
const CALLS = 3;
/** All wires together. */
const RUNS = chosenRuns('TENANCY_RUNS', 1000);

type Draw = (below: number) => number;
/** What went wrong, and how much was told at all. */
interface Found {
  readonly wrong: string[];
  readonly told: Record<string, number>;
}
type Started = readonly [McpPoolOptions, () => Promise<unknown>];

const steps: readonly Step[] = ['progress', 'log', 'ask', 'pause'];
const endings: readonly Ending[] = ['once', 'once', 'once', 'once', 'twice', 'twice', 'error', 'hang'];

/** One call of one caller, and all that is told to him; notes what is not for him. */
async function call(pool: McpPool, token: string, draw: Draw, found: Found, mayDie: boolean): Promise<boolean> {
  const { wrong, told: count } = found;
  const check = (what: string, told: unknown): void => {
    count[what] = (count[what] ?? 0) + 1;
    // What belongs to an earlier call of the same caller is no secret to him.
    const [who] = token.split(':');
    if (!String(told).startsWith(`${who}:`)) wrong.push(`${what} of ${String(told)} told to ${token}`);
  };
  const drawn = endings[draw(endings.length)] ?? 'once';
  const ending = mayDie && draw(40) === 0 ? 'die' : drawn;
  const given: TenantCall = {
    token,
    steps: Array.from({ length: draw(4) }, () => steps[draw(steps.length)] ?? 'pause'),
    ending,
  };
  const abort = new AbortController();
  const timer = draw(4) === 0 ? setTimeout(() => abort.abort(new Error('left')), draw(6)) : undefined;
  const options = {
    signal: abort.signal,
    timeout: ending === 'hang' || draw(6) === 0 ? 2 + draw(8) : 4000,
    onprogress: ({ message }: { message?: string | undefined }) => {
      check('progress', message);
    },
    handlers: {
      log: ({ data }: { data: unknown }) => {
        check('log', data);
      },
      elicitation: ({ message }: { message: string }) => {
        check('question', message);
        return { action: 'accept' as const, content: { token } };
      },
    },
  };
  try {
    const { content } = await pool.client.callTool({ name: 'work', arguments: { ...given, text: token } }, options);
    const [block] = content as { text: string }[];
    const said = block?.text ?? '';
    const { token: answered, answers = [] } = said.startsWith('{')
      ? (JSON.parse(said) as { token: string; answers?: string[] })
      : { token: said };
    if (answered !== token) wrong.push(`answer of ${answered} told to ${token}`);
    for (const one of answers) if (one !== token) wrong.push(`the server was answered ${one} by ${token}`);
    return true;
  } catch (error) {
    const about = /\bcaller-\d+:\d+:\d+/.exec((error as Error).message)?.[0];
    if (about !== undefined && about !== token) wrong.push(`error of ${about} told to ${token}`);
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Several callers at the same time, each with calls one after the other. Returns how many were answered. */
async function interleave(pool: McpPool, seed: number, found: Found, mayDie: boolean): Promise<number> {
  const caller = async (_: unknown, index: number): Promise<number> => {
    const draw = seeded(seed * 31 + index);
    let answered = 0;
    for (let nth = 0; nth < CALLS; nth++) {
      if (await call(pool, `caller-${index}:${seed}:${nth}`, draw, found, mayDie)) answered++;
    }
    return answered;
  };
  const answered = await Promise.all(Array.from({ length: CALLERS }, caller));
  return answered.reduce((sum, one) => sum + one, 0);
}

const wires: Readonly<Record<string, () => Promise<Started>>> = {
  stdio: () => Promise.resolve([{ transport: stdio(tenantProgram()) }, () => Promise.resolve()]),
  TCP: async () => {
    const connections = new WeakMap<object, ReturnType<typeof tenantServer>>();
    const server = await startLineServer((message, say, socket) => {
      const known = connections.get(socket) ?? tenantServer(say as never, () => socket.destroy());
      connections.set(socket, known);
      known(message);
    });
    return [{ transport: tcp({ port: server.port }) }, () => server.stop()];
  },
  HTTP: async () => {
    const server = await startTenantHttp();
    return [{ transport: streamableHttp({ url: server.url }) }, () => server.stop()];
  },
  'TCP, modern': async () => {
    const server = await serveTcp(progressServer());
    return [{ transport: tcp({ port: server.port }), era: 'modern' }, () => server.close()];
  },
  'HTTP, modern': async () => {
    const server = await startHttpServer(progressServer());
    return [{ transport: streamableHttp({ url: server.url }), era: 'modern' }, () => server.stop()];
  },
};

describe.each(Object.entries(wires))('over %s', (wire, start) => {
  let pool: McpPool;
  let stop: () => Promise<unknown>;

  beforeAll(async () => {
    const [options, end] = await start();
    stop = end;
    pool = createMcpPool({
      minSize: 3,
      maxSize: 3,
      retry: false,
      checkoutTimeoutMs: 20_000,
      connectBackoff: { minMs: 1, maxMs: 20 },
      clientOptions: { capabilities: { elicitation: {} } },
      ...options,
    });
    await pool.ready();
  });
  afterAll(async () => {
    await pool.close();
    await stop();
  });

  it('I4 nothing that is said for one caller is told to another', async () => {
    const seed = chosenSeed('TENANCY_SEED');
    const runs = Math.ceil(RUNS / Object.keys(wires).length);
    const found: Found = { wrong: [], told: {} };
    const isLegacy = !wire.includes('modern');
    let answered = 0;
    for (let run = 0; run < runs; run++) {
      answered += await interleave(pool, seed + run, found, isLegacy);
      expect(found.wrong).toEqual([]);
    }
    expect(Object.keys(found.told).sort()).toEqual(isLegacy ? ['log', 'progress', 'question'] : ['progress']);
    // Most of what was not left or left hanging is answered.
    expect(answered).toBeGreaterThan((runs * CALLERS * CALLS) / 4);
  }, 300_000);
});
