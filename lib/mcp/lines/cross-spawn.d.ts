declare module 'cross-spawn' {
  import type { SpawnOptions } from 'node:child_process';

  /** What Windows has to be asked to start. */
  interface Parsed {
    readonly command: string;
    readonly args: readonly string[];
    readonly options: SpawnOptions;
    /** The file that the command stands for; absent where there is none. */
    readonly file?: string;
  }

  // The part that others build upon as well; that which spawns tells a command that is not found by no `exit`.
  const crossSpawn: { _parse(command: string, args: readonly string[], options: SpawnOptions): Parsed };
  export default crossSpawn;
}
