import { vi } from 'vitest';
import { CircuitBreaker } from '../../lib/supply/circuit-breaker.ts';

/** A breaker, and what became of it. */
export interface Breaking {
  readonly breaker: CircuitBreaker;
  readonly changes: (readonly [string, number])[];
  readonly circuit: () => string;
  readonly retryAt: () => number;
}

/** A breaker whose jitter is this share of the ceiling, and what became of it. */
export function breaking(jitter: number, backoff = { minMs: 100, maxMs: 3000 }): Breaking {
  const changes: (readonly [string, number])[] = [];
  const breaker = new CircuitBreaker({
    backoff,
    random: () => jitter,
    isPermanent: (error) => error === 'permanent',
    isWanted: () => true,
    onChange: (circuit, retryAt) => changes.push([circuit, retryAt]),
  });
  const circuit = () => changes.at(-1)?.[0] ?? 'closed';
  const retryAt = () => changes.at(-1)?.[1] ?? 0;
  return { breaker, changes, circuit, retryAt };
}

/** The delays of so many failures, each after the retry before it. */
export function delays({ breaker, retryAt }: Breaking, failures: number): number[] {
  return Array.from({ length: failures }, () => {
    breaker.fail('refused');
    const delay = retryAt() - performance.now();
    vi.advanceTimersByTime(Math.ceil(delay));
    return Math.round(delay);
  });
}
