import type { JSONRPCNotification } from '@modelcontextprotocol/client';
import { type Observable, Subject } from 'rxjs';
import type { CallEnded } from './call-watch.ts';

/**
 * A request of a client that is over, one to listen (`subscriptions/listen`) included. Flat, and without what was sent: no
 * results, no tokens, and no arguments unless they were asked for.
 */
export interface CallAudited extends Pick<CallEnded, 'outcome' | 'code' | 'ms'> {
  /** Always `call`. */
  readonly type: 'call';
  /** When it was over, in milliseconds since 1970. */
  readonly at: number;
  /** Who has asked; `anonymous` where nobody is asked who he is. */
  readonly principal: string;
  /** Such as `tools/call`. */
  readonly method: string;
  /** The tool that was called. */
  readonly tool?: string;
  /** The prompt that was asked for. */
  readonly prompt?: string;
  /** The URI of the resource that was read or followed, without what may be secret in it: user, password, query, fragment. */
  readonly resource?: string;
  /** What the tool was called with, as JSON without what is secret by its name, and cut; only where that was asked for. */
  readonly arguments?: string;
  /** The size of the request, as one message of JSON. */
  readonly bytesIn: number;
  /** The size of the answer, as one message of JSON; 0 where there is none. */
  readonly bytesOut: number;
}

/** A request of which nobody knows who has sent it. It was refused with 401. */
export interface StrangerAudited {
  /** Always `stranger`. */
  readonly type: 'stranger';
  /** In milliseconds since 1970. */
  readonly at: number;
  /** Nothing was sent that would say it; something was sent that is not known; or finding it out has failed. */
  readonly reason: 'missing' | 'unknown' | 'failed';
  /** The code or the name of what `principal` has thrown. */
  readonly error?: string;
  /** The address that the connection comes from: that of a proxy, where there is one before the gateway. */
  readonly address?: string;
}

/**
 * Why a request was refused before it was looked at as one of MCP. `host`, `origin`: it was meant for another host, or comes
 * from a page of another origin. `session`: there is no such session, or not for this principal. `size`: its body is too
 * large. `limit`: there are too many sessions, subscriptions or open requests. `closing`: the gateway is. `malformed`: anything else that is not as
 * it should be.
 */
export type RefusalReason = 'host' | 'origin' | 'session' | 'size' | 'limit' | 'closing' | 'malformed';

/** A request that was refused before it was looked at as one of MCP. */
export interface RefusedAudited {
  /** Always `refused`. */
  readonly type: 'refused';
  /** In milliseconds since 1970. */
  readonly at: number;
  /** Who has asked, where that was known by then. */
  readonly principal?: string;
  /** Why it was refused. */
  readonly reason: RefusalReason;
  /** The status of the response. */
  readonly status: number;
  /** The address that the connection comes from: that of a proxy, where there is one before the gateway. */
  readonly address?: string;
}

/** The end of a session of the legacy era; its beginning is the call of `initialize`. */
export interface SessionAudited {
  /** Always `sessionEnded`. */
  readonly type: 'sessionEnded';
  /** In milliseconds since 1970. */
  readonly at: number;
  /** Whose it was. */
  readonly principal: string;
  /** How long there was such a session, in milliseconds. */
  readonly ms: number;
}

/** A server has asked a client something in the course of a call, which is told when it is over. */
export interface QuestionAudited extends Pick<CallAudited, 'at' | 'principal' | 'tool'> {
  /** Always `question`. */
  readonly type: 'question';
  /** What was asked for: `sampling/createMessage`, `elicitation/create` or `roots/list`. */
  readonly question: string;
}

/** A client has told something that asks for no answer, such as that it does not want one, or that its roots have changed. */
export interface NotificationAudited extends Pick<CallAudited, 'at' | 'principal' | 'bytesIn'> {
  /** Always `notification`. */
  readonly type: 'notification';
  /** Such as `notifications/cancelled`. */
  readonly method: string;
}

/** What a gateway tells for those who have to know who has done what. */
export type AuditEvent =
  CallAudited | NotificationAudited | QuestionAudited | StrangerAudited | RefusedAudited | SessionAudited;

/** Characters of a name that the audit keeps: a client may send megabytes. */
const LONGEST_NAME = 200;

/** A name that a client has sent, as the audit has it. */
export function shortName(text: string): string {
  return text.slice(0, LONGEST_NAME);
}

/** Tells what has happened, to whoever listens. */
export class Audit {
  /** Whether the arguments of tools are told, too. */
  readonly hasArguments: boolean;
  readonly #events$ = new Subject<AuditEvent>();
  readonly events$: Observable<AuditEvent> = this.#events$.asObservable();

  constructor(hasArguments = false) {
    this.hasArguments = hasArguments;
  }

  /** Whether anybody listens: otherwise nothing need be measured. */
  get isHeard(): boolean {
    return this.#events$.observed;
  }

  tell(event: AuditEvent): void {
    this.#events$.next(event);
  }

  /** A client has told something. */
  notified(principal: string, message: JSONRPCNotification): void {
    if (!this.isHeard) return;
    const bytesIn = Buffer.byteLength(JSON.stringify(message));
    this.tell({ type: 'notification', at: Date.now(), principal, method: shortName(message.method), bytesIn });
  }

  /** A session is over that has begun at this instant of the monotonic clock, in milliseconds. */
  sessionEnded(principal: string, since: number): void {
    const ms = Math.round(performance.now() - since);
    if (this.isHeard) this.tell({ type: 'sessionEnded', at: Date.now(), principal, ms });
  }

  /** Nothing more will happen. */
  end(): void {
    this.#events$.complete();
  }
}
