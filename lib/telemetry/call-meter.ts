import type { Call, CallEnded } from '../gateway/policy/call-watch.ts';
import { BoundedNames, OTHER } from './bounded-names.ts';
import { served } from './instruments.ts';
import type { Labels } from './labels.ts';
import { OutcomeRecorders } from './outcome-recorders.ts';
import type { Recorder, Recorders } from './recorder.ts';

/** The methods that clients have; each other one is called `other`. */
const methods: ReadonlySet<string> = new Set([
  ...['initialize', 'ping', 'logging/setLevel', 'completion/complete', 'server/discover', 'subscriptions/listen'],
  ...['tools/list', 'tools/call', 'prompts/list', 'prompts/get'],
  ...['resources/list', 'resources/read', 'resources/templates/list', 'resources/subscribe', 'resources/unsubscribe'],
  ...['tasks/get', 'tasks/list', 'tasks/result', 'tasks/update', 'tasks/cancel'],
]);

/** What a server answers to the name of a tool that it does not have. */
const INVALID_PARAMS = -32_602;

/** What tells the series of a request from others. */
export interface CallLabels {
  readonly method: string;
  readonly tool: string | undefined;
  readonly outcome: string;
  readonly error: string | undefined;
}

/**
 * Records the durations of the requests of a gateway's clients by method, tool and outcome. Clients may send any name, so a
 * tool is named where a server has answered to its name, and nowhere else.
 */
export class CallMeter {
  readonly #tools: BoundedNames;
  readonly #errors: BoundedNames;
  readonly #recorders: Recorders;
  readonly #recorderOf = new OutcomeRecorders();

  constructor(recorders: Recorders, maxNames: number) {
    this.#recorders = recorders;
    this.#tools = new BoundedNames(maxNames);
    this.#errors = new BoundedNames(maxNames);
  }

  /** The method as series and spans are named after it. */
  methodOf(method: string): string {
    return methods.has(method) ? method : OTHER;
  }

  /** The labels of its series; nothing but names of which there are few. */
  labelsOf({ request: { method, params } }: Call, ended: CallEnded): CallLabels {
    const { outcome, error } = ended;
    const name = method === 'tools/call' && isKnownToServer(ended) && params?.['name'];
    return {
      method: this.methodOf(method),
      tool: typeof name === 'string' ? this.#tools.of(name) : undefined,
      outcome,
      error: error === undefined ? undefined : this.#errors.of(error),
    };
  }

  record({ method, tool, outcome, error }: CallLabels, ms: number, about?: unknown): void {
    const make = (): Recorder => this.#recorders.of(served, seriesOf({ method, tool, outcome, error }));
    this.#recorderOf.of(method, tool, { status: outcome, error }, make)(ms, about);
  }
}

function seriesOf({ method, tool, outcome, error }: CallLabels): Labels {
  return { method, ...(tool !== undefined && { tool }), outcome, ...(error !== undefined && { error }) };
}

function isKnownToServer({ outcome, code, error }: CallEnded): boolean {
  if (outcome !== 'error') return outcome === 'ok';
  // Codes of this library say that no server has answered.
  return error === 'tool_error' || (code !== INVALID_PARAMS && error === String(code));
}

/** Whether the duration of a request says anything: one to listen takes as long as the client likes. */
export function isMetered({ request: { method } }: Call): boolean {
  return method !== 'subscriptions/listen';
}
