import { config } from 'rxjs';
import { afterEach, beforeEach } from 'vitest';

/** The errors that nobody catches and RxJS reports, during each test of the file or block that asks. */
export function reportedErrors(): readonly unknown[] {
  const reported: unknown[] = [];
  beforeEach(() => {
    reported.length = 0;
    config.onUnhandledError = (error: unknown) => reported.push(error);
  });
  afterEach(() => {
    config.onUnhandledError = null;
  });
  return reported;
}
