import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { inspectionText } from '../../../lib/cli/inspect/inspection-text.ts';
import { adviceOn } from '../../../lib/cli/inspect/advice.ts';
import type { Inspection } from '../../../lib/cli/inspect/inspection.ts';
import { found, inspected } from './found.ts';

const machine = { processors: 8, memoryBytes: 16_000_000_000 };

function text(columns: number, other: Partial<Inspection> = {}): string {
  const seen = inspected(other);
  const advice = { ...adviceOn(seen, 'stdio', machine), snippet: 'the program' };
  return inspectionText('node server.js', seen, advice, { columns, paint: createColors(false) });
}

const tools = [
  { name: 'a'.repeat(90), description: `first line\nsecond ${'word '.repeat(60)}`, hints: ['readOnly'] },
  { name: 'short', description: '\u001b[31mred', hints: [] },
];

describe('what was found, for people', () => {
  it.each([40, 80, 140, 500])('fits %i columns', (columns) => {
    const { introduction } = inspected();
    const widest = Math.max(
      ...text(columns, { introduction: { ...introduction, tools } })
        .split('\n')
        .map(({ length }) => length),
    );
    expect(widest).toBeLessThan(Math.min(141, columns));
  });

  it('has nothing for a terminal to act upon', () => {
    const { introduction } = inspected();
    const shown = text(80, { introduction: { ...introduction, name: 'evil\u001b[2J', tools } });
    expect(shown).not.toContain('\u001b');
    expect(shown).toContain('evil\\u001b[2J 1.0.0');
  });

  it('says what was not found out, and why, and leaves out what does not apply', () => {
    const shown = text(80, { call: { status: 'failed', reason: 'not done within 90 s' } });
    expect(shown).toContain('a call        not found out: not done within 90 s');
    expect(shown).toContain('state         not looked at: name a tool that shows it with --probe');
    expect(shown).not.toContain('session');
  });

  it.each<[string, Partial<Inspection>]>([
    ['ends the connection: it died', { cancel: found({ outcome: 'dies', reason: 'it died' }) }],
    ['does not answer any more', { cancel: found({ outcome: 'silent', reason: '' }) }],
    ['ended by force after 2.10 s', { stdin: found({ ends: 'by force', afterMs: 2100 }) }],
    ['3 connections, and no more: full', { bearing: found({ connections: 3, endedBy: 'server', reason: 'full' }) }],
    ['5 connections; more would have', { bearing: found({ connections: 5, endedBy: 'time', reason: '' }) }],
    ['is answered with an error', { ping: found({ method: 'ping', answer: 'refused', afterMs: 1 }) }],
    ['is not answered within 3.00 s', { ping: found({ method: 'ping', answer: 'silent', afterMs: 3000 }) }],
    ['each request stands alone', { http: found({ hasSession: false, firstByte: undefined }) }],
    ['first byte    p50 1.00 ms', { http: found({ hasSession: true, firstByte: { times: 9, p50Ms: 1, p99Ms: 2 } }) }],
    ['2 processes of 70 MB together', { footprint: found({ processes: 2, memoryBytes: 7e7, hasWorked: true }) }],
    ['70 MB, before any tool was called', { footprint: found({ processes: 1, memoryBytes: 7e7, hasWorked: false }) }],
    ['3 times the tool said', { call: found({ call: 'x', toolErrors: 3, times: 9, p50Ms: 1, p99Ms: 2 }) }],
  ])('says %j', (words, other) => {
    expect(text(140, other)).toContain(words);
  });
});
