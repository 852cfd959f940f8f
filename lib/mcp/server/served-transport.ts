import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { PeerNotReadingError } from '../lines/line-writer.ts';
import { LineTransport } from '../lines/line-transport.ts';

/** The server's end of a connection: a client that does not read its answers has it ended, with all that waits for it. */
export class ServedTransport extends LineTransport {
  override async send(message: JSONRPCMessage): Promise<void> {
    try {
      await super.send(message);
    } catch (error) {
      if (error instanceof PeerNotReadingError) this.fail(error);
      throw error;
    }
  }
}
