import { times } from './instruments.ts';
import { type Labels, keyOf } from './labels.ts';
import { BoundedNames } from './bounded-names.ts';
import type { Recorder, Recorders } from './recorder.ts';
import type { McpRequestEvent } from '../mcp/requests/request-watch.ts';

/** Records the durations of requests by method, tool and outcome; each kind of name has its own limit. */
export class RequestMeter {
  readonly methods: BoundedNames;
  readonly tools: BoundedNames;
  readonly prompts: BoundedNames;
  readonly errors: BoundedNames;
  readonly #recorders: Recorders;
  readonly #recorderOf = new Map<string, Recorder>();

  constructor(recorders: Recorders, maxNames: number) {
    this.#recorders = recorders;
    this.methods = new BoundedNames(maxNames);
    this.tools = new BoundedNames(maxNames);
    this.prompts = new BoundedNames(maxNames);
    this.errors = new BoundedNames(maxNames);
  }

  record(pool: Labels, { method, tool, status, error, tookMs }: McpRequestEvent, about?: unknown): void {
    const labels: Labels = {
      ...(pool.pool !== undefined && { pool: pool.pool }),
      method: this.methods.of(method),
      ...(tool !== undefined && { tool: this.tools.of(tool) }),
      status,
      ...(error !== undefined && { error: this.errors.of(error) }),
    };
    const key = keyOf(labels);
    const recorder = this.#recorderOf.get(key) ?? this.#recorders.of(times.operation, labels);
    this.#recorderOf.set(key, recorder);
    recorder(tookMs, about);
  }
}
