import {
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  METHOD_NOT_FOUND,
  ProtocolError,
  ProtocolErrorCode,
  type RequestId,
  type Result,
} from '@modelcontextprotocol/client';
import { Subscription } from 'rxjs';
import { shorterOf } from '../../base/durations.ts';
import { report } from '../../base/report.ts';
import type { McpHub } from '../hub/mcp-hub.ts';
import { type RoutedRequest, listAnswer, routed } from '../hub/routing.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import { HubMember } from './hub-member.ts';
import { hubIntroduction } from './introduction.ts';
import { HubQuestions } from './hub-questions.ts';
import type { SessionFront, SessionOptions } from './session.ts';
import { MOST_FOLLOWED } from './topics.ts';
import { wireError } from './wire-error.ts';

/**
 * One client of a hub as of one MCP server. Each of its requests goes to the server that it is for, in a session that the
 * client has there without knowing of it; `initialize`, lists and levels are answered for all of them.
 */
export class HubSession {
  readonly #hub: McpHub;
  readonly #options: SessionOptions;
  readonly #front: SessionFront;
  readonly #members = new Map<string, HubMember>();
  /** Where each open request of the client is; `undefined` while that is not known. */
  readonly #open = new Map<RequestId, HubMember | undefined>();
  /** The server of each resource that the client follows: its list may have lost it by the time the client has enough. */
  readonly #followed = new Map<string, string>();
  readonly #questions: HubQuestions;
  readonly #listening = new Subscription();
  #introduction: McpRequest['params'];
  #level: string | undefined;
  #isOver = false;

  constructor(hub: McpHub, options: SessionOptions, front: SessionFront) {
    this.#hub = hub;
    this.#options = options;
    this.#front = front;
    this.#questions = new HubQuestions(front.tell);
    this.#listening.add(hub.ended$.subscribe({ complete: this.end.bind(this), error: report }));
  }

  /** Takes a message of the client. Never throws; what comes of it is told later, or at once. */
  receive(message: JSONRPCMessage): void {
    if (this.#isOver) return;
    if (!('method' in message)) this.#questions.answered(message);
    else if ('id' in message) this.#asked(message);
    else this.#noted(message);
  }

  /** The client, or the hub, is gone. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listening.unsubscribe();
    for (const member of this.#members.values()) member.end();
    this.#front.ended();
  }

  #noted(message: JSONRPCNotification): void {
    const { method, params } = message;
    if (method === 'notifications/initialized') this.#followLists();
    else if (method === 'notifications/cancelled') this.#cancelled(message, params?.['requestId'] as RequestId);
    else for (const member of this.#members.values()) member.receive(message);
  }

  #cancelled(message: JSONRPCNotification, id: RequestId): void {
    const member = this.#open.get(id);
    this.#open.delete(id);
    member?.receive(message);
  }

  #followLists(): void {
    const next = (list: string): void => {
      this.#front.tell({ jsonrpc: '2.0', method: `notifications/${list}/list_changed` });
    };
    this.#listening.add(this.#hub.listChanges$.subscribe({ next, error: report }));
  }

  #asked(message: JSONRPCRequest): void {
    const { id } = message;
    if (this.#open.has(id)) {
      this.#failed(id, new ProtocolError(ProtocolErrorCode.InvalidRequest, 'this id is in use'));
      return;
    }
    this.#open.set(id, undefined);
    this.#answerTo(message).then(
      (answer) => {
        if (answer !== undefined && this.#open.delete(id)) this.#tell({ jsonrpc: '2.0', id, result: answer });
      },
      (error: unknown) => {
        if (this.#open.delete(id)) this.#failed(id, error);
      },
    );
  }

  /** What the hub itself answers; `undefined` where a server does. */
  async #answerTo(message: JSONRPCRequest): Promise<Result | undefined> {
    const { method, params } = message;
    switch (method) {
      case 'initialize':
        this.#introduction = params;
        return hubIntroduction(this.#hub, params?.['protocolVersion']);
      case 'ping':
        return {};
      case 'logging/setLevel':
        this.#setLevel(params?.['level']);
        return {};
      // Clients that know the modern era as well ask for it first, and take this for a no.
      case 'server/discover':
        throw new ProtocolError(METHOD_NOT_FOUND, 'Method not found');
      default:
        return listAnswer(this.#hub.catalogue, asRequest(message)) ?? this.#passOn(message);
    }
  }

  #setLevel(level: unknown): void {
    if (!levels.includes(level)) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'there is no such level');
    this.#level = String(level);
    for (const member of this.#members.values()) member.setLevel(this.#level);
  }

  async #passOn(message: JSONRPCRequest): Promise<undefined> {
    const { server, request } = await this.#routed(asRequest(message));
    if (!this.#open.has(message.id)) return;
    const member = this.#memberOf(server);
    this.#open.set(message.id, member);
    await member.ready;
    // It may have been cancelled meanwhile.
    if (!this.#open.has(message.id)) return;
    member.receive({ ...message, ...(request.params && { params: { ...request.params } }) });
  }

  async #routed(request: McpRequest): Promise<RoutedRequest> {
    const uri = String(request.params?.['uri']);
    const followed = request.method === 'resources/unsubscribe' ? this.#followed.get(uri) : undefined;
    if (followed !== undefined) {
      this.#followed.delete(uri);
      return { server: followed, request };
    }
    const found = await routed(this.#hub.catalogue, request);
    if (request.method === 'resources/subscribe') this.#noteFollowed(uri, found.server);
    return found;
  }

  /** Of more than a client may follow the oldest is forgotten: its server may have refused it. */
  #noteFollowed(uri: string, server: string): void {
    this.#followed.set(uri, server);
    const [oldest] = this.#followed.keys();
    if (this.#followed.size > MOST_FOLLOWED && oldest !== undefined) this.#followed.delete(oldest);
  }

  #memberOf(server: string): HubMember {
    const pool = this.#hub.pool(server);
    const known = this.#members.get(server);
    // The pool of one that nobody needed for long is closed, and another one opened.
    if (known?.pool === pool) return known;
    const member: HubMember = new HubMember(pool, {
      session: {
        ...this.#options,
        toolTimeoutMs: shorterOf(this.#options.toolTimeoutMs, this.#hub.catalogue.toolTimeoutOf(server)),
      },
      introduction: this.#introduction,
      tell: (message, about) => {
        this.#told(member, message, about);
      },
      ended: () => {
        this.#left(server, member, new ProtocolError(ON_THE_WAY, `the connections to ${server} are closed`));
        if (!this.#isOver) this.#followAnew(server);
      },
    });
    this.#members.set(server, member);
    // The next request tries it anew.
    member.ready.catch((error: unknown) => {
      this.#left(server, member, error);
      member.end();
    });
    if (this.#level !== undefined) member.setLevel(this.#level);
    return member;
  }

  #left(server: string, member: HubMember, reason: unknown): void {
    if (this.#members.get(server) === member) this.#members.delete(server);
    for (const [id, at] of this.#open) {
      if (at === member && this.#open.delete(id)) this.#failed(id, reason);
    }
  }

  /** What the client follows at a server is asked for anew where the server has another pool by now. */
  #followAnew(server: string): void {
    const uris = [...this.#followed].filter(([, at]) => at === server).map(([uri]) => uri);
    if (uris.length === 0) return;
    try {
      this.#memberOf(server).follow(uris);
    } catch {
      // The server is there no more, or the hub is closed.
    }
  }

  #told(member: HubMember, message: JSONRPCMessage, about: RequestId | undefined): void {
    if ('method' in message) this.#questions.told(member, message, about);
    else if (message.id !== undefined && this.#open.delete(message.id)) this.#tell(message);
  }

  #failed(id: RequestId, error: unknown): void {
    this.#tell({ jsonrpc: '2.0', id, error: wireError(error) });
  }

  #tell(message: JSONRPCMessage): void {
    if (!this.#isOver) this.#front.tell(message);
  }
}

/** Of the log, from the least to the most important. */
const levels: readonly unknown[] = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

/** What is no answer of a server's, but happened on the way to it. */
const ON_THE_WAY = -32_000;

function asRequest({ method, params }: JSONRPCRequest): McpRequest {
  return { method, ...(params && { params }) };
}
