import type { ReplaySubject } from 'rxjs';
import type { Fault } from '../base/fault.ts';
import type { Loan } from '../base/loan.ts';
import { report } from '../base/report.ts';
import type { Revocation } from './revocation.ts';

/** What most leases never need. */
export interface LeaseExtras<C> {
  stack: string | undefined;
  fault: Fault | undefined;
  loan: Loan<C> | undefined;
  abort: AbortController | undefined;
  // eslint-disable-next-line rxjs-x/finnish -- the rule takes what is undefined at first for something else
  revocations: ReplaySubject<Revocation> | undefined;
  revocation: Revocation | undefined;
  isAbandoned: boolean;
  isOver: boolean;
}

export function noExtras<C>(): LeaseExtras<C> {
  return {
    stack: undefined,
    fault: undefined,
    loan: undefined,
    abort: undefined,
    revocations: undefined,
    revocation: undefined,
    isAbandoned: false,
    isOver: false,
  };
}

/** Ends what somebody may hold on to. A lease in quarantine may still be lost, so this may be called twice. */
export function endExtras<C>(extras: LeaseExtras<C>): void {
  if (extras.loan !== undefined && !extras.isOver) endLoan(extras.loan);
  extras.isOver = true;
  try {
    extras.revocations?.complete();
  } catch (error) {
    // A teardown of an observer threw; the connection must be checked in all the same.
    report(error);
  }
}

/** Ends a view of the connection. */
export function endLoan(loan: Loan<unknown>): void {
  try {
    loan.end();
  } catch (error) {
    report(error);
  }
}
