import { times } from './instruments.ts';
import { type Labels, keyOf } from './labels.ts';
import { Names } from './bounded-names.ts';
import type { Recorder, Recorders } from './recorder.ts';
import type { McpRequestEvent } from '../mcp/requests/request-watch.ts';

/** The requests of pools by method, tool and outcome, each kind of name within its bound. */
export class RequestMeter {
  readonly methods: Names;
  readonly tools: Names;
  readonly prompts: Names;
  readonly errors: Names;
  readonly #recorders: Recorders;
  readonly #recorderOf = new Map<string, Recorder>();

  constructor(recorders: Recorders, maxNames: number) {
    this.#recorders = recorders;
    this.methods = new Names(maxNames);
    this.tools = new Names(maxNames);
    this.prompts = new Names(maxNames);
    this.errors = new Names(maxNames);
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
