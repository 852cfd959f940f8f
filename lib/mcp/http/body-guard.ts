const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Looks at the bytes of a body as they come; throws a RangeError at those that are too many. */
type ByteCheck = (chunk: Uint8Array) => void;

/** Who is told how a body ended: with the fault, or without one when it was read to its end or is not wanted any more. */
export type BodyEnd = (fault?: unknown) => void;

/**
 * The same bytes, checked as they pass; `ended` is called once. What is not asked for is not read, and cancelling this
 * body cancels that one.
 */
export function guardedBody(
  body: ReadableStream<Uint8Array>,
  check: ByteCheck,
  ended: BodyEnd,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    try {
      const { done, value } = await reader.read();
      if (!done) {
        check(value);
        controller.enqueue(value);
        return;
      }
      ended();
      controller.close();
    } catch (error) {
      ended(error);
      controller.error(error);
      // It may have failed by itself, and then this fails too.
      await reader.cancel(error).catch(() => undefined);
    }
  };
  const cancel = (reason: unknown): Promise<void> => {
    ended();
    return reader.cancel(reason);
  };
  return new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
}

/** Refuses a body of more bytes than one message may have. */
export function wholeBody(maxMessageBytes: number): ByteCheck {
  let bytes = 0;
  return (chunk) => {
    bytes += chunk.length;
    if (bytes > maxMessageBytes) throw tooLong(bytes, maxMessageBytes);
  };
}

/** Refuses an event of server-sent events that has more bytes than one message may have; they end with an empty line. */
export function eachEvent(maxMessageBytes: number): ByteCheck {
  let bytes = 0;
  let longest = 0;
  let isLineEmpty = true;
  let before = 0;
  const take = (byte: number): void => {
    bytes++;
    const endsLine = byte === CARRIAGE_RETURN || (byte === LINE_FEED && before !== CARRIAGE_RETURN);
    if (endsLine && isLineEmpty) {
      // One that is too long may end within the chunk in which it becomes so.
      longest = Math.max(longest, bytes);
      bytes = 0;
    }
    if (endsLine) isLineEmpty = true;
    else if (byte !== LINE_FEED) isLineEmpty = false;
    before = byte;
  };
  return (chunk) => {
    for (const byte of chunk) take(byte);
    const most = Math.max(longest, bytes);
    if (most > maxMessageBytes) throw tooLong(most, maxMessageBytes);
  };
}

/** The beginning of a body as text, at most so many bytes; the rest is not read. */
export async function beginningOf(body: ReadableStream<Uint8Array> | null, mostBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8');
}

function tooLong(bytes: number, maxMessageBytes: number): RangeError {
  return new RangeError(`a message of at least ${bytes} bytes: the limit is ${maxMessageBytes} (maxMessageBytes)`);
}
