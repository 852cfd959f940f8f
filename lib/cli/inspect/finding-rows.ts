import { formatCount, formatMs } from '../../dashboard/shared/format.ts';
import type { Bearing } from './bearing-probe.ts';
import type { CallCost } from './call-probe.ts';
import type { AfterCancel } from './cancel-probe.ts';
import type { Finding } from './finding.ts';
import type { WorkingFootprint } from './footprint-probe.ts';
import type { HttpManners } from './http-probe.ts';
import type { Inspection } from './inspection.ts';
import type { PingAnswer } from './ping-probe.ts';
import { footprintText } from './reasons.ts';
import type { Spread } from './spread.ts';
import type { StateVerdict } from './state-probe.ts';
import type { Leaving } from './stdin-probe.ts';

/** What was found of one thing, for people. */
export interface FindingRow {
  readonly label: string;
  readonly text: string;
  /** How it is painted: what is to be looked at, and what was not found out. */
  readonly tone?: 'yellow' | 'dim';
}

/** A row for each finding; what does not apply to this kind of server is left out. */
export function findingRows(seen: Inspection): readonly FindingRow[] {
  const { era, protocolVersion, capabilities, firstOpenMs } = seen.introduction;
  const rows: readonly (FindingRow | undefined)[] = [
    { label: 'protocol', text: `${era} ${protocolVersion}` },
    { label: 'capabilities', text: capabilities.length === 0 ? 'none' : capabilities.join(', ') },
    row('opening', seen.opening, (spread) => `${spreadText(spread)}; the first took ${formatMs(firstOpenMs)}`),
    applies(row('memory', seen.footprint, memoryText)),
    row('a call', seen.call, callText, ({ toolErrors }) => toolErrors > 0),
    row('sign of life', seen.ping, pingText, ({ answer }) => answer === 'silent'),
    row(
      'state',
      seen.state,
      (verdict) => STATES[verdict],
      (verdict) => verdict === 'apart',
    ),
    row('cancelling', seen.cancel, cancelText, ({ outcome }) => outcome !== 'lives'),
    applies(row('closed stdin', seen.stdin, stdinText, ({ ends }) => ends === 'by force')),
    ...httpRows(seen.http),
    row('at once', seen.bearing, bearingText, ({ endedBy }) => endedBy === 'server'),
  ];
  return rows.filter((one) => one !== undefined);
}

function row<T>(
  label: string,
  finding: Finding<T>,
  textOf: (value: T) => string,
  isOdd: (value: T) => boolean = () => false,
): FindingRow & { readonly isSkipped: boolean } {
  switch (finding.status) {
    case 'found':
      return { label, text: textOf(finding.value), isSkipped: false, ...(isOdd(finding.value) && { tone: 'yellow' }) };
    case 'failed':
      return { label, text: `not found out: ${finding.reason}`, isSkipped: false, tone: 'yellow' };
    case 'skipped':
      return { label, text: `not looked at: ${finding.reason}`, isSkipped: true, tone: 'dim' };
  }
}

function applies(found: FindingRow & { readonly isSkipped: boolean }): FindingRow | undefined {
  return found.isSkipped ? undefined : found;
}

function spreadText({ p50Ms, p99Ms, times }: Spread): string {
  return `p50 ${formatMs(p50Ms)}, p99 ${formatMs(p99Ms)} of ${times}`;
}

function memoryText({ hasWorked, ...footprint }: WorkingFootprint): string {
  return `${footprintText(footprint)}${hasWorked ? '' : ', before any tool was called'}`;
}

function callText({ call, toolErrors, ...spread }: CallCost): string {
  const failed = toolErrors === 0 ? '' : `; ${toolErrors} times the tool said that it failed`;
  return `${spreadText(spread)} (${call})${failed}`;
}

function pingText({ method, answer, afterMs }: PingAnswer): string {
  switch (answer) {
    case 'answered':
      return `${method} is answered, in ${formatMs(afterMs)}`;
    case 'refused':
      return `${method} is answered with an error, which is a sign of life as well, in ${formatMs(afterMs)}`;
    case 'silent':
      return `${method} is not answered within ${formatMs(afterMs)}: health checks would find it dead`;
  }
}

const STATES: Readonly<Record<StateVerdict, string>> = {
  apart: 'two connections do not see what the other has done: each has a state of its own',
  shared: 'two connections share their state: one sees what the other has done',
  unseen: 'the tool answers the same on two connections, again and again: it shows no state',
  unclear: 'the answers of the tool differ, but not so that they would tell what is shared',
};

function cancelText({ outcome, reason }: AfterCancel): string {
  switch (outcome) {
    case 'lives':
      return 'a cancelled request does no harm';
    case 'dies':
      return `a cancelled request ends the connection: ${reason}`;
    case 'silent':
      return 'after a cancelled request the connection does not answer any more';
  }
}

function stdinText({ ends, afterMs }: Leaving): string {
  if (ends === 'by itself') return `the process leaves by itself, in ${formatMs(afterMs)}`;
  return `the process does not leave by itself; it was ended by force after ${formatMs(afterMs)}`;
}

function httpRows(finding: Finding<HttpManners>): readonly FindingRow[] {
  if (finding.status === 'skipped') return [];
  const session = row('session', finding, ({ hasSession }) =>
    hasSession ? 'the server keeps one for each connection' : 'none: each request stands alone',
  );
  if (finding.status === 'failed') return [session];
  const { firstByte } = finding.value;
  if (firstByte === undefined) return [session];
  return [session, { label: 'first byte', text: spreadText(firstByte) }];
}

function bearingText({ connections, endedBy, reason }: Bearing): string {
  const borne = `${formatCount(connections)} connections`;
  switch (endedBy) {
    case 'most':
      return `${borne}, as many as were tried (--most)`;
    case 'time':
      return `${borne}; more would have taken too long to open`;
    case 'memory':
      return `${borne}; more would have taken too much of this machine's memory`;
    case 'server':
      return `${borne}, and no more: ${reason}`;
  }
}
