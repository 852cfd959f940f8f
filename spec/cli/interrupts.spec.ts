import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exitCodeOf, interrupts } from '../../lib/cli/interrupts.ts';
import { elapse, resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

describe('interrupts', () => {
  it('abort at the first signal, with its name', () => {
    const source = new EventEmitter();
    const signal = interrupts(source, vi.fn());
    expect(signal.aborted).toBe(false);
    source.emit('SIGTERM', 'SIGTERM');
    expect([signal.aborted, signal.reason]).toEqual([true, 'SIGTERM']);
  });

  it('end at the second, unless it is the echo of the first', async () => {
    const source = new EventEmitter();
    const end = vi.fn();
    interrupts(source, end);
    source.emit('SIGINT', 'SIGINT');
    source.emit('SIGINT', 'SIGINT');
    expect(end).not.toHaveBeenCalled();
    await elapse(301);
    source.emit('SIGINT', 'SIGINT');
    expect(end.mock.calls).toEqual([[130]]);
  });

  it('have the exit codes of a shell', () => {
    expect(['SIGINT', 'SIGTERM', undefined].map(exitCodeOf)).toEqual([130, 143, 130]);
  });
});
