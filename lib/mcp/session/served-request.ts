import type { ObservableInput } from 'rxjs';
import type { Lease } from '../../checkout/lease.ts';
import type { RetryPolicy } from '../../requests/retry.ts';
import { type Job, RequestRun } from '../../requests/request-run.ts';
import type { Observable } from 'rxjs';
import type { McpConnection } from '../connection/connection.ts';
import type { McpRequest } from '../transport/mcp-request.ts';

/** How a request is served. */
export interface Service {
  /** What is done with a leased connection; its last value is the result. */
  readonly work: (connection: McpConnection, request: McpRequest) => ObservableInput<unknown>;
  /** Which failures are tried again. */
  readonly policy?: RetryPolicy<McpRequest> | undefined;
  /** Called once, last; not when it was cancelled. */
  answered(result: unknown): void;
  /** The same where there is no result. */
  failed(error: unknown): void;
}

/** One request of a client, from asking for a connection to the answer. */
export class ServedRequest implements Job<McpConnection, unknown, McpRequest> {
  readonly closed = false;
  readonly #service: Service;
  readonly #run: RequestRun<McpConnection, unknown, McpRequest>;
  #result: unknown;

  constructor(request: McpRequest, service: Service) {
    this.#service = service;
    this.#run = new RequestRun(this, request, service.policy);
  }

  /** Asks for a connection by this checkout. Once only. */
  begin(lease$: Observable<Lease<McpConnection>>): void {
    try {
      this.#run.begin(lease$);
    } catch (error) {
      this.error(error);
    }
  }

  /** The client does not want it any more. */
  cancel(): void {
    this.#run.unsubscribe();
  }

  work(connection: McpConnection, request: McpRequest): ObservableInput<unknown> {
    return this.#service.work(connection, request);
  }

  next(result: unknown): void {
    this.#result = result;
  }

  error(reason: unknown): void {
    this.#service.failed(reason);
  }

  complete(): void {
    this.#service.answered(this.#result);
  }
}
