import type { McpPoolOptions } from '../../mcp/mcp-pool-options.ts';
import { type Bearing, bearingProbe } from './bearing-probe.ts';
import { type CallCost, callProbe } from './call-probe.ts';
import { type AfterCancel, cancelProbe } from './cancel-probe.ts';
import { type Finding, valueOf } from './finding.ts';
import { type WorkingFootprint, footprintProbe } from './footprint-probe.ts';
import { type HttpManners, httpProbe } from './http-probe.ts';
import type { Introduction } from './introduction-probe.ts';
import { openingProbe } from './opening-probe.ts';
import { type PingAnswer, pingProbe } from './ping-probe.ts';
import { type Probe, found } from './probe.ts';
import type { Spread } from './spread.ts';
import { type StateVerdict, stateProbe } from './state-probe.ts';
import { type Leaving, stdinProbe } from './stdin-probe.ts';
import type { Subject } from './subject.ts';

/** What is known of a server once all probes have run. */
export interface Inspection {
  readonly introduction: Introduction;
  readonly ping: Finding<PingAnswer>;
  readonly opening: Finding<Spread>;
  readonly footprint: Finding<WorkingFootprint>;
  readonly call: Finding<CallCost>;
  readonly state: Finding<StateVerdict>;
  readonly cancel: Finding<AfterCancel>;
  readonly stdin: Finding<Leaving>;
  readonly http: Finding<HttpManners>;
  readonly bearing: Finding<Bearing>;
}

/** Runs all probes, one after another; `begin` is told the title of each. What is left out after an abort is skipped. */
export async function inspection(
  introduction: Introduction,
  subject: Subject,
  { signal, begin }: { readonly signal: AbortSignal; readonly begin: (title: string) => void },
): Promise<Inspection> {
  // Nothing has to be asked any more.
  const options: McpPoolOptions = { ...subject.options, era: introduction.era };
  const isModern = introduction.era === 'modern';
  let known: Subject = { ...subject, options, cheap: { method: isModern ? 'server/discover' : 'ping' } };
  const look = <T>(probe: Probe<T>): Promise<Finding<T>> => {
    begin(probe.title);
    return found(probe, known, signal);
  };
  const ping = await look(pingProbe);
  if (isModern || valueOf(ping)?.answer !== 'answered') known = { ...known, cheap: { method: 'tools/list' } };
  return {
    introduction,
    ping,
    opening: await look(openingProbe),
    // Before any other call of the tool, whose effects may stay.
    state: await look(stateProbe),
    footprint: await look(footprintProbe),
    call: await look(callProbe),
    cancel: await look(cancelProbe),
    stdin: await look(stdinProbe),
    http: await look(httpProbe),
    bearing: await look(bearingProbe),
  };
}
