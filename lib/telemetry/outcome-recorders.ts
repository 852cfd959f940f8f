import type { Recorder } from './recorder.ts';

/** How a request ended: in which way, and with which error if there is one. Ways have no blanks in them. */
export interface Outcome {
  readonly status: string;
  readonly error: string | undefined;
}

/**
 * The recorders of requests, by what was asked for and how it ended. Most requests are like one before, so their recorder is
 * found by the texts that there are anyway: to make one text of all of them takes longer than to record.
 */
export class OutcomeRecorders {
  readonly #byMethod = new Map<string, Map<string, Recorder>>();
  readonly #byTool = new Map<string, Map<string, Recorder>>();

  /** The recorder for such requests; `make` is called for the first of them. */
  of(method: string, tool: string | undefined, { status, error }: Outcome, make: () => Recorder): Recorder {
    // Only calls of tools have a tool.
    const byOutcome = tool === undefined ? ofName(this.#byMethod, method) : ofName(this.#byTool, tool);
    const outcome = error === undefined ? status : `${status} ${error}`;
    let recorder = byOutcome.get(outcome);
    if (recorder === undefined) byOutcome.set(outcome, (recorder = make()));
    return recorder;
  }
}

function ofName(map: Map<string, Map<string, Recorder>>, name: string): Map<string, Recorder> {
  let found = map.get(name);
  if (found === undefined) map.set(name, (found = new Map<string, Recorder>()));
  return found;
}
