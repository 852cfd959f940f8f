import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../command-error.ts';
import { messageOf } from '../../base/thrown.ts';

/** The embedded server, in a process of its own. */
interface DemoServer {
  readonly port: number;
  /** Ends it; resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

/** Starts the compiled program; rejects with a `CommandError` when that does not work. */
export async function startDemoServer(program: URL): Promise<DemoServer> {
  // Its stdout is not ours: there stands the report.
  const child = fork(fileURLToPath(program), { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  // It ends by itself when this process does; to be sure of it, though, whatever it is doing.
  process.on('exit', kill);
  const gone = ended(child).finally(() => process.off('exit', kill));
  const port = await Promise.race([portOf(child), gone.then(() => undefined)]).catch((error: unknown) => {
    throw new CommandError(`the embedded server did not start: ${messageOf(error)}`);
  });
  if (port === undefined) throw new CommandError('the embedded server did not start');
  return {
    port,
    stop: () => {
      kill();
      return gone;
    },
  };
}

async function portOf(child: ChildProcess): Promise<number> {
  const [message] = (await once(child, 'message')) as unknown[];
  return Number(Reflect.get(Object(message) as object, 'port'));
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
}
