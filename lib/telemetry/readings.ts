import { type CountInstrument, type CountSource, counts } from './instruments.ts';
import type { MeteredPool } from './metered-pool.ts';
import { type Labels, keyOf } from './labels.ts';

/** One value of one series at this moment. */
export interface Reading {
  readonly instrument: CountInstrument;
  readonly labels: Labels;
  readonly value: number;
}

/** Adds up values with the same labels. Totals of closed pools are kept, so that no total ever falls. */
export class Readings {
  readonly #values = new Map<CountInstrument, Map<string, Reading>>();

  add({ instrument, labels, value }: Reading): void {
    const series = this.#values.get(instrument) ?? new Map<string, Reading>();
    this.#values.set(instrument, series);
    const key = keyOf(labels);
    series.set(key, { instrument, labels, value: value + (series.get(key)?.value ?? 0) });
  }

  addTotals(readings: Iterable<Reading>): void {
    for (const reading of readings) if (reading.instrument.kind === 'total') this.add(reading);
  }

  *all(): Iterable<Reading> {
    for (const series of this.#values.values()) yield* series.values();
  }

  of(instrument: CountInstrument): Iterable<Reading> {
    return this.#values.get(instrument)?.values() ?? [];
  }
}

/** All counts of a pool at this moment. `labelsOf` returns the labels of an endpoint. */
export function* readingsOf(
  pool: MeteredPool,
  labels: Labels,
  labelsOf: (endpoint: string) => Labels,
): Iterable<Reading> {
  const source: CountSource = { state: pool.state, metrics: pool.metrics };
  for (const instrument of counts) {
    const { of, name } = instrument;
    if (typeof of === 'function') yield { instrument, labels, value: of(source) };
    else if (name.endsWith('.count') && source.state.hasEndpoints) yield* byEndpoint(instrument, source, labelsOf);
    else {
      for (const [state, read] of Object.entries(of))
        yield { instrument, labels: { ...labels, state }, value: read(source) };
    }
  }
}

/**
 * The counts for each endpoint. Endpoints without connections are included with 0, for they are the interesting ones.
 */
function* byEndpoint(
  instrument: CountInstrument,
  { state }: CountSource,
  labelsOf: (endpoint: string) => Labels,
): Iterable<Reading> {
  for (const { id } of state.endpoints) {
    for (const name of ['idle', 'used']) yield { instrument, labels: { ...labelsOf(id), state: name }, value: 0 };
  }
  for (const { endpoint = '', status } of state.connections) {
    if (status !== 'idle' && status !== 'active') continue;
    const name = status === 'idle' ? 'idle' : 'used';
    yield { instrument, labels: { ...labelsOf(endpoint), state: name }, value: 1 };
  }
}
