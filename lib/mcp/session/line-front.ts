import {
  type ClientCapabilities,
  type JSONRPCMessage,
  type JSONRPCRequest,
  ProtocolErrorCode,
} from '@modelcontextprotocol/client';
import { report } from '../../base/report.ts';
import { LineFramer } from '../lines/framer.ts';
import { parseMessage } from '../lines/parse-message.ts';
import type { McpHub } from '../hub/mcp-hub.ts';
import type { McpPool } from '../mcp-pool.ts';
import { type AnySession, sessionOf } from './any-session.ts';

/** What servers may ask of a client: what the connections to them have to promise. */
export type Answerable = Pick<ClientCapabilities, 'sampling' | 'elicitation' | 'roots'>;

/** Where the lines of a client come from and go to, and what it is a client of. */
export interface LineFrontOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: { write(line: string): unknown };
  /** Opened when the client introduces itself: what it answers is known then. */
  readonly open: (answerable: Answerable) => McpPool | McpHub;
}

/**
 * Serves one client over lines, as over the stdin and stdout of this process. Resolves when the client has gone, or what it is
 * served by has ended; messages that it sends before it has introduced itself are refused.
 */
export function serveLines(options: LineFrontOptions): Promise<void> {
  return new Promise((resolve) => {
    new LineFront(options, resolve).listen();
  });
}

class LineFront {
  readonly #options: LineFrontOptions;
  readonly #framer: LineFramer;
  readonly #ended: () => void;
  #session: AnySession | undefined;

  constructor(options: LineFrontOptions, ended: () => void) {
    this.#options = options;
    this.#framer = new LineFramer({ line: this.#line.bind(this), error: this.#broken.bind(this) });
    this.#ended = () => {
      this.#framer.stop();
      ended();
    };
  }

  listen(): void {
    const { input } = this.#options;
    const gone = this.#gone.bind(this);
    input.on('data', (chunk: Buffer) => {
      this.#framer.push(chunk);
    });
    input.on('end', gone);
    input.on('close', gone);
    input.on('error', (error) => {
      report(error);
      gone();
    });
  }

  #line(text: string): void {
    const parsed = parseMessage(text);
    if (parsed === undefined) this.#fail(null, ProtocolErrorCode.ParseError, 'this line is no message of JSON-RPC');
    else for (const message of [parsed].flat()) this.#received(message);
  }

  #received(message: JSONRPCMessage): void {
    if (this.#session === undefined && isIntroduction(message)) {
      const tell = this.#tell.bind(this);
      this.#session = sessionOf(this.#options.open(answerableIn(message)), {}, { tell, ended: this.#ended });
    }
    if (this.#session === undefined) this.#refuse(message);
    else this.#session.receive(message);
  }

  /** A ping is answered before as well; `server/discover` is how a client asks for an era that is not served here. */
  #refuse(message: JSONRPCMessage): void {
    if (!('method' in message) || !('id' in message)) return;
    const { id, method } = message;
    if (method === 'ping') this.#tell({ jsonrpc: '2.0', id, result: {} });
    else if (method === 'server/discover') this.#fail(id, ProtocolErrorCode.MethodNotFound, 'Method not found');
    else this.#fail(id, ProtocolErrorCode.InvalidRequest, 'initialize first');
  }

  #broken(error: Error): void {
    this.#fail(null, ProtocolErrorCode.InvalidRequest, error.message);
    this.#gone();
  }

  #gone(): void {
    if (this.#session === undefined) this.#ended();
    else this.#session.end();
  }

  #fail(id: unknown, code: number, message: string): void {
    this.#tell({ jsonrpc: '2.0', id, error: { code, message } });
  }

  #tell(message: object): void {
    this.#options.output.write(`${JSON.stringify(message)}\n`);
  }
}

function isIntroduction(message: JSONRPCMessage): message is JSONRPCRequest {
  return 'method' in message && 'id' in message && message.method === 'initialize';
}

function answerableIn({ params }: JSONRPCRequest): Answerable {
  const { sampling, elicitation, roots } = Object(params?.['capabilities']) as Answerable;
  return { ...(sampling && { sampling }), ...(elicitation && { elicitation }), ...(roots && { roots }) };
}
