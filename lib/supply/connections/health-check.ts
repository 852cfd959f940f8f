import { type ObservableInput, Subscription, from } from 'rxjs';
import { giveUpAfter } from '../../base/give-up-after.ts';
import type { HealthOutcome } from './health.ts';
import { isUnsubscribable, unsubscribeQuietly } from '../../base/unsubscribe-quietly.ts';
import { messageOf } from '../../base/thrown.ts';

/** What a user's `check` returns. */
export type CheckResult = ObservableInput<unknown> | boolean;

/** Callbacks for one check. */
interface HealthCheckListener {
  /** The check cannot be cancelled. Called synchronously, before the outcome. */
  unstoppable(): void;
  ended(outcome: HealthOutcome): void;
}

/**
 * Runs one check. Its first value, completion or error decides, or `timeoutMs` milliseconds without any of these (0: no
 * limit). Returns `undefined` if the check ended synchronously.
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
    // The teardown is user code and may throw.
    unsubscribeQuietly(checking);
    listener.ended({ healthy: error === '', error, tookMs: performance.now() - since });
  };
  const fail = (error: unknown): void => {
    finish(messageOf(error) || 'the check failed');
  };
  // RxJS `timeout` will not do: an answer that arrived while the event loop was blocked must not count as missing.
  if (timeoutMs > 0) {
    const late = (): void => {
      finish(`the check took longer than ${timeoutMs} ms`);
    };
    checking.add(giveUpAfter(timeoutMs, late));
  }
  try {
    const result$ = check();
    if (isInput(result$) && !isUnsubscribable(result$)) listener.unstoppable();
    checking.add(subscribeToResult(result$, finish, fail));
  } catch (error) {
    fail(error);
  }
  return checking.closed ? undefined : checking;
}

/** Reports why the connection is unhealthy, or '' if it is healthy. */
function subscribeToResult(
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

/** Untyped code may return nothing, or a plain value. */
function isInput(result$: CheckResult): result$ is ObservableInput<unknown> {
  return (typeof result$ === 'object' && (result$ as unknown) !== null) || typeof result$ === 'function';
}
