import { NEVER, isObservable } from 'rxjs';
import { type Strategy, isBuiltIn } from './strategy.ts';
import { messageOf } from '../base/thrown.ts';

/**
 * Throws a `TypeError` for a strategy that is no operator: a built-in one that was not called, or a function of one
 * state.
 */
export function checkStrategy(strategy: Strategy): void {
  if (isBuiltIn(strategy)) return;
  const made = madeOf(strategy);
  if (isObservable(made)) return;
  if (typeof made === 'function' && 'choose' in made) {
    throw new TypeError(`strategy must be ${strategy.name}(), not ${strategy.name}: it was not called`);
  }
  throw new TypeError('strategy must be an operator: a function from an Observable of states to one of records');
}

function madeOf(strategy: Strategy): unknown {
  try {
    return strategy(NEVER);
  } catch (error) {
    const why = messageOf(error);
    throw new TypeError(`strategy must be an operator, which is given an Observable of states: ${why}`, {
      cause: error,
    });
  }
}
