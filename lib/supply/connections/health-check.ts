import { type ObservableInput, Subscription, from } from 'rxjs';
import { giveUpAfter } from '../../base/give-up-after.ts';
import type { HealthOutcome } from './health.ts';
import { isUnsubscribable, unsubscribeQuietly } from '../../base/unsubscribe-quietly.ts';
import { messageOf } from '../../base/thrown.ts';

/** What a user's `check` returns. */
export type CheckResult = ObservableInput<unknown> | boolean;

/** Who is told of one check. */
export interface HealthCheckListener {
  /** It cannot be broken off: told before its outcome, at once. */
  unstoppable(): void;
  ended(outcome: HealthOutcome): void;
}

/**
 * One check. Its first value, its end or its error decides, and after `timeoutMs` milliseconds its silence; 0: never.
 * `undefined` where it was over at once.
 */
export function healthCheck(
  check: () => CheckResult,
  timeoutMs: number,
  listener: HealthCheckListener,
): Subscription | undefined {
  const checking = new Subscription();
  const since = performance.now();
  const finish = (error: string): void => {
    if (checking.closed) return;
    // Its teardown, a user's, may throw.
    unsubscribeQuietly(checking);
    listener.ended({ healthy: error === '', error, tookMs: performance.now() - since });
  };
  const fail = (error: unknown): void => {
    finish(messageOf(error) || 'the check failed');
  };
  // What a stalled event loop has not heard yet must not count as silence, so the `timeout` of RxJS will not do.
  if (timeoutMs > 0) {
    const late = (): void => {
      finish(`the check took longer than ${timeoutMs} ms`);
    };
    checking.add(giveUpAfter(timeoutMs, late));
  }
  try {
    const result$ = check();
    if (isInput(result$) && !isUnsubscribable(result$)) listener.unstoppable();
    checking.add(verdictOf(result$, finish, fail));
  } catch (error) {
    fail(error);
  }
  return checking.closed ? undefined : checking;
}

/** Tells why the connection is unhealthy, or that it is not. */
function verdictOf(
  result$: CheckResult,
  tell: (error: string) => void,
  fail: (error: unknown) => void,
): Subscription | undefined {
  const next = (value: unknown): void => {
    tell(value === false ? 'the check said false' : '');
  };
  const complete = (): void => {
    tell('');
  };
  if (isInput(result$)) return from(result$).subscribe({ next, error: fail, complete });
  next(result$);
  return undefined;
}

/** From untyped code it may be nothing, or a plain value. */
function isInput(result$: CheckResult): result$ is ObservableInput<unknown> {
  return (typeof result$ === 'object' && (result$ as unknown) !== null) || typeof result$ === 'function';
}
