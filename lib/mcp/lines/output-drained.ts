import type { ChildProcess } from 'node:child_process';

const QUIET_TURNS = 2;
const MOST_TURNS = 64;

/**
 * Calls back when all that an exited child wrote has been read. Its pipes say so by closing, unless a grandchild holds
 * them: then two turns of the event loop without data must do, for what the child wrote is in the kernel already. A
 * grandchild that goes on writing is not listened to for more than 64 turns.
 */
export function outputDrained(child: ChildProcess, done: () => void): void {
  let quiet = 0;
  let turns = 0;
  const stir = (): void => {
    quiet = 0;
  };
  const turn = (): void => {
    if (turns === MOST_TURNS || quiet === QUIET_TURNS) {
      finish();
      return;
    }
    turns++;
    quiet++;
    immediate = setImmediate(turn);
  };
  const finish = (): void => {
    clearImmediate(immediate);
    child.off('close', finish);
    done();
  };
  let immediate = setImmediate(turn);
  child.stdout?.on('data', stir);
  child.stderr?.on('data', stir);
  child.once('close', finish);
}
