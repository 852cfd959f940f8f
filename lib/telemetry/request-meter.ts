import { times } from './instruments.ts';
import type { Labels } from './labels.ts';
import { BoundedNames } from './bounded-names.ts';
import { type Outcome, OutcomeRecorders } from './outcome-recorders.ts';
import type { Recorder, Recorders } from './recorder.ts';
import type { McpRequestEvent } from '../mcp/requests/request-watch.ts';

/** Records the durations of requests by method, tool and outcome; each kind of name has its own limit. */
export class RequestMeter {
  readonly methods: BoundedNames;
  readonly tools: BoundedNames;
  readonly prompts: BoundedNames;
  readonly errors: BoundedNames;
  readonly #recorders: Recorders;
  /** Pools come and go, and their labels with them. */
  readonly #ofPools = new WeakMap<Labels, OutcomeRecorders>();

  constructor(recorders: Recorders, maxNames: number) {
    this.#recorders = recorders;
    this.methods = new BoundedNames(maxNames);
    this.tools = new BoundedNames(maxNames);
    this.prompts = new BoundedNames(maxNames);
    this.errors = new BoundedNames(maxNames);
  }

  record(pool: Labels, { method, tool, status, error, tookMs }: McpRequestEvent, about?: unknown): void {
    const name = this.methods.of(method);
    const toolName = tool === undefined ? undefined : this.tools.of(tool);
    const outcome = { status, error: error === undefined ? undefined : this.errors.of(error) };
    const make = (): Recorder => this.#recorders.of(times.operation, labelsOf(pool.pool, name, toolName, outcome));
    this.#ofPool(pool).of(name, toolName, outcome, make)(tookMs, about);
  }

  #ofPool(pool: Labels): OutcomeRecorders {
    let found = this.#ofPools.get(pool);
    if (found === undefined) this.#ofPools.set(pool, (found = new OutcomeRecorders()));
    return found;
  }
}

function labelsOf(
  pool: string | undefined,
  method: string,
  tool: string | undefined,
  { status, error }: Outcome,
): Labels {
  return {
    ...(pool !== undefined && { pool }),
    method,
    ...(tool !== undefined && { tool }),
    status,
    ...(error !== undefined && { error }),
  };
}
