import type { JSONRPCRequest } from '@modelcontextprotocol/client';
import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../base/thrown.ts';
import { MOST_BYTES, readBody } from '../http/body.ts';
import { AT, FAULT, type Hop, SEAL, hopFault } from './hop.ts';

/** Who takes what other nodes send. */
export interface HopTaker {
  /** The name of this node. */
  readonly node: string;
  /** A request of a client came by way of another node. */
  requested(hop: Extract<Hop, { kind: 'request' }>, response: ServerResponse): void;
  /** All nodes are told something of a session. */
  told(hop: Extract<Hop, { kind: 'tell' }>): void;
  /** What a session has asked for that still holds; `undefined` where it is not known here. */
  keptOf(session: string): readonly JSONRPCRequest[] | undefined;
}

/** What stands around the body of a client, as JSON. */
const AROUND_BYTES = 64 * 1024;

/** The port on which a node is spoken to by the others: it takes nothing that was not sealed by one of the keys. */
export class HopServer {
  readonly #keys: readonly string[];
  readonly #taker: HopTaker;
  readonly #server: Server = createServer(this.#answer.bind(this));

  constructor(keys: readonly string[], taker: HopTaker) {
    this.#keys = keys;
    this.#taker = taker;
  }

  /** Listens; resolves with the port. Rejects where it cannot. */
  async listen(host: string, port: number): Promise<number> {
    try {
      await once(this.#server.listen(port, host), 'listening');
    } catch (error) {
      throw new Error(`the gateway cannot listen for its peers at ${host}:${port}: ${messageOf(error)}`, {
        cause: error,
      });
    }
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    readBody(
      request,
      {
        read: (text) => {
          this.#read(request, response, text);
        },
        refused: ({ status }) => {
          response.writeHead(status).end();
        },
      },
      MOST_BYTES + AROUND_BYTES,
    );
  }

  #read({ headers }: IncomingMessage, response: ServerResponse, text: string): void {
    const fault = hopFault(this.#keys, headers[AT], headers[SEAL], text);
    if (fault === undefined) this.#take(JSON.parse(text) as Hop, response);
    else response.writeHead(403, { [FAULT]: fault, [AT]: String(Date.now()) }).end();
  }

  #take(hop: Hop, response: ServerResponse): void {
    const { node } = this.#taker;
    if (hop.kind === 'node') response.end(node);
    else if (hop.kind === 'kept') response.end(JSON.stringify(this.#taker.keptOf(hop.session)));
    else if (hop.kind === 'tell') {
      this.#taker.told(hop);
      response.end();
    }
    // Whoever was meant is there no more (RFC 9110, 15.5.20).
    else if (hop.to !== node) response.writeHead(421).end();
    else {
      showAlive(response, hop.aliveMs);
      this.#taker.requested(hop, response);
    }
  }
}

/** Says each so many milliseconds that the request is not forgotten, until the response begins (RFC 2518, 10.1). */
function showAlive(response: ServerResponse, everyMs: number): void {
  if (everyMs === 0) return;
  const timer = setInterval(() => {
    if (response.headersSent) clearInterval(timer);
    else response.writeProcessing();
  }, everyMs);
  response.once('close', () => {
    clearInterval(timer);
  });
}
