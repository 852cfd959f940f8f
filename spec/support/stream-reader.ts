import { type IncomingMessage, get } from 'node:http';
import type { StreamEvents } from '../../lib/dashboard/protocol.ts';
import { until } from './until.ts';

type Name = keyof StreamEvents;

/** What one reader of a dashboard's stream was told. */
export interface StreamReader {
  readonly told: readonly { readonly name: Name; readonly data: unknown }[];
  /** Whether the server has ended it. */
  readonly ended: boolean;
  /** Everything of this name so far. */
  of<N extends Name>(name: N): readonly StreamEvents[N][];
  close(): void;
}

/** Reads `/api/stream`; resolves when the first event has come. */
export async function readStream(url: string, pool = 1): Promise<StreamReader> {
  const told: { name: Name; data: unknown }[] = [];
  const state = { ended: false };
  const request = get(`${url}api/stream?pool=${pool}`, { agent: false }, (response) => {
    parse(response, told);
    response.on('close', () => (state.ended = true));
    response.on('error', () => undefined);
  });
  request.on('error', () => (state.ended = true));
  await until(() => told.length > 0);
  return {
    told,
    get ended() {
      return state.ended;
    },
    of: <N extends Name>(name: N) =>
      told.filter((event) => event.name === name).map(({ data }) => data as StreamEvents[N]),
    close: () => request.destroy(),
  };
}

function parse(response: IncomingMessage, told: { name: Name; data: unknown }[]): void {
  let rest = '';
  response.setEncoding('utf8').on('data', (text: string) => {
    const blocks = `${rest}${text}`.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (name !== undefined && data !== undefined)
        told.push({ name: name as Name, data: JSON.parse(data) as unknown });
    }
  });
}
