import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LineTransport } from '../../../lib/mcp/lines/line-transport.ts';
import { LineWriter } from '../../../lib/mcp/lines/line-writer.ts';
import { mayHaveBeenSent, notSent } from '../../../lib/mcp/transport/sent-requests.ts';
import { connectedTransport, disconnectAll, ping } from '../../support/connected-transport.ts';

const reasonOf = (sending: Promise<unknown>) =>
  sending.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('an error', () => {
  it('says that nothing was sent, that something may have been, or neither', () => {
    const errors = [notSent(new Error('no')), Object.assign(new Error('no'), { sent: true }), new Error('no'), 'no'];
    expect(errors.map(mayHaveBeenSent)).toEqual([false, true, undefined, undefined]);
  });
});

describe('a line that cannot be written', () => {
  it('was not sent where the transport is not open, or not any more', async () => {
    const unopened = new LineTransport(() => {
      throw new Error('not opened here');
    });
    expect(mayHaveBeenSent(await reasonOf(unopened.send(ping(1))))).toBe(false);
    const { transport } = await connectedTransport();
    transport.kill();
    expect(mayHaveBeenSent(await reasonOf(transport.send(ping(1))))).toBe(false);
    disconnectAll();
  });

  it('was not sent where the peer does not read, which is counted as little', async () => {
    const writer = new LineWriter(new PassThrough({ highWaterMark: 1 }), 4);
    const waiting = reasonOf(writer.write('a long line'));
    const refused = await reasonOf(writer.write('another'));
    expect([mayHaveBeenSent(refused), writer.lines]).toEqual([false, 1]);
    writer.stop(new Error('stopped'));
    // It had been handed over, and some of it may have left.
    expect(mayHaveBeenSent(await waiting)).toBeUndefined();
    expect(mayHaveBeenSent(await reasonOf(writer.write('late')))).toBe(false);
  });
});
