import { LineFramer } from '../../../../lib/mcp/lines/framer.ts';
import type { Bench, Repeat, Row } from '../../bench.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const CHUNK = 8 * KIB;
const LARGE = '32 MiB message';
const SMALL = '1 MiB messages';

/** What a KiB costs that is cut into messages; the same however long these are. */
export const bench: Bench = {
  name: 'mcp/lines/framer',
  url: import.meta.url,
  summary: 'cutting bytes into messages, which is linear',
  unit: 'a KiB',
  rows: new Map<string, Row>([
    [SMALL, { times: 8 * KIB, open: () => framed(MIB, CHUNK) }],
    [LARGE, { times: 32 * KIB, over: SMALL, open: () => framed(32 * MIB, CHUNK) }],
    ['100 B messages', { times: 8 * KIB, over: '100 B messages, split()', open: () => framed(100, CHUNK) }],
    ['100 B messages, split()', { times: 8 * KIB, open: split }],
    ['100 B messages, a chunk each', { times: 2 * KIB, over: '100 B messages', open: () => framed(100, 100) }],
    ['100 B messages in 10 B chunks', { times: KIB, over: '100 B messages', open: () => framed(100, 10) }],
  ]),
  targets: [{ name: 'a KiB of a 32 MiB message over one of a 1 MiB message', row: LARGE, over: SMALL, atMost: 2 }],
};

/** Messages of so many bytes, newline included, in chunks of so many. */
function framed(messageBytes: number, chunkBytes: number): Repeat {
  const stream = streamOf(messageBytes, Math.max(messageBytes, 100 * chunkBytes));
  const chunks = Array.from({ length: stream.length / chunkBytes }, (_, i) =>
    stream.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
  return (times) => {
    let lines = 0;
    const fail = (error: Error): never => {
      throw error;
    };
    const framer = new LineFramer({ line: () => lines++, error: fail }, 64 * MIB);
    for (let bytes = 0, i = 0; bytes < times * KIB; bytes += chunkBytes, i++) {
      const chunk = chunks[i % chunks.length];
      if (chunk !== undefined) framer.push(chunk);
    }
    if (lines < Math.floor((times * KIB) / messageBytes)) throw new Error(`only ${lines} messages`);
  };
}

/** What one would write where a chunk is known to end with a message. */
function split(): Repeat {
  const stream = streamOf(100, 100 * 80);
  return (times) => {
    let lines = 0;
    for (let bytes = 0; bytes < times * KIB; bytes += stream.length) {
      for (const line of stream.toString('utf8').split('\n')) lines += line.length > 0 ? 1 : 0;
    }
    if (lines === 0) throw new Error('no messages');
  };
}

function streamOf(messageBytes: number, bytes: number): Buffer {
  const stream = Buffer.alloc(bytes, 'x');
  for (let end = messageBytes; end <= bytes; end += messageBytes) stream[end - 1] = 10;
  return stream;
}
