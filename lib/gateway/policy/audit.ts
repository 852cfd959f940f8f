import { type Observable, Subject } from 'rxjs';

/** A request of a client that is over. Flat, and without what was sent: no arguments, no results, no tokens. */
export interface CallAudited {
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
  /**
   * `error`: the server, or the way to it, has failed, or the result of the tool says so; `refused`: it never came to a
   * server, as it is not allowed; `cancelled`: the client did not want the answer any more.
   */
  readonly outcome: 'ok' | 'error' | 'refused' | 'cancelled';
  /** That of the error. */
  readonly code?: number;
  /** How long it took, in milliseconds. */
  readonly ms: number;
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
}

/** What a gateway tells for those who have to know who has done what. */
export type AuditEvent = CallAudited | StrangerAudited;

/** Tells what has happened, to whoever listens. */
export class Audit {
  readonly #events$ = new Subject<AuditEvent>();
  readonly events$: Observable<AuditEvent> = this.#events$.asObservable();

  /** Whether anybody listens: otherwise nothing need be measured. */
  get isHeard(): boolean {
    return this.#events$.observed;
  }

  tell(event: AuditEvent): void {
    this.#events$.next(event);
  }

  /** Nothing more will happen. */
  end(): void {
    this.#events$.complete();
  }
}
