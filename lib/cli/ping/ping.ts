import { formatMs } from '../../dashboard/shared/format.ts';
import type { CommandIo } from '../command-io.ts';
import { exitCodeOf } from '../interrupts.ts';
import { reasonWith } from '../server/connect-reason.ts';
import { jsonText, oneLine } from '../terminal/printable.ts';
import { type Answer, askForAnswer } from './answer.ts';
import type { PingOptions } from './ping-options.ts';

/** Asks a server for a sign of life and prints a line. Resolves with the exit code when nothing that was started is left. */
export async function ping(options: PingOptions, io: CommandIo): Promise<number> {
  const answer = await askForAnswer(options, io.signal);
  if (io.signal.aborted) return exitCodeOf(io.signal.reason);
  tell(answer, options, io);
  return answer.alive ? 0 : 1;
}

function tell(answer: Answer, { output, server }: PingOptions, { stdout, stderr }: CommandIo): void {
  if (output === 'json') {
    const { target, kind } = server.transport;
    stdout.write(`${jsonText({ command: 'ping', target: { ...server.report, kind, name: target }, ...answer })}\n`);
  } else if (output === 'none') return;
  else if (answer.alive) stdout.write(`${lineOf(answer)}\n`);
  else stderr.write(`mcp-pool: ${oneLine(reasonWith(server.transport.target, answer.reason))}\n`);
}

function lineOf({ info, openMs, answerMs }: Answer & { readonly alive: true }): string {
  const { server = 'a server without a name', serverVersion = '', era = '', protocolVersion = '' } = info;
  const name = oneLine(`${server} ${serverVersion}`);
  return `${name}: ${oneLine(`${era} ${protocolVersion}`)}, open in ${formatMs(openMs)}, answered in ${formatMs(answerMs)}`;
}
