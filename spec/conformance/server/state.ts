import { type RequestStateCodec, type ServerContext, createRequestStateCodec } from '@modelcontextprotocol/server';
import { randomBytes } from 'node:crypto';

/** Signs states with a key of this process: no other knows them. */
export const codec: RequestStateCodec<number> = createRequestStateCodec<number>({ key: randomBytes(32) });

export function mintState(round: number, context: ServerContext): Promise<string> {
  return codec.mint(round, context);
}
