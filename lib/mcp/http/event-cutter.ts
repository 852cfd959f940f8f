const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const COLON = 58;
const SPACE = 32;
/** A longer buffer than this, in bytes, is kept for the next line only if that is a long one too. */
const MOST_KEPT = 65_536;
const nothing = Buffer.alloc(0);

/** Who is told what stands in a stream of server-sent events. */
export interface EventListener {
  /** An event that has data. */
  event(data: string, type: string): void;
  /** The id of an event, told before the event; empty where the server takes it back. */
  id(id: string): void;
  /** How long the server wants to be left alone before it is asked for the rest of the stream, in milliseconds. */
  retry(ms: number): void;
  /** An event has more bytes than it may have; nothing is told after it. */
  tooLong(bytes: number): void;
}

/**
 * Cuts a stream of bytes into server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html has
 * them. The chunks may be cut anywhere, also within a character; the time is linear in the bytes, and what is decoded are
 * whole lines only.
 */
export class EventCutter {
  readonly #listener: EventListener;
  readonly #mostBytes: number;
  /** The beginning of a line whose end is still to come, in the first `#heldBytes` of this buffer. */
  #held = nothing;
  #heldBytes = 0;
  #eventBytes = 0;
  #data: string | undefined;
  #type = '';
  /** Whether the chunk before ended with a carriage return, to which a line feed may belong. */
  #afterReturn = false;
  #isFirstLine = true;
  #isStopped = false;

  constructor(listener: EventListener, mostBytes: number) {
    this.#listener = listener;
    this.#mostBytes = mostBytes;
  }

  /** Nothing is told from now on, also of the chunk that is being cut. */
  stop(): void {
    this.#isStopped = true;
    this.#held = nothing;
    this.#heldBytes = 0;
  }

  push(chunk: Buffer): void {
    let from = this.#afterReturn && chunk[0] === LINE_FEED ? 1 : 0;
    if (chunk.length > 0) this.#afterReturn = false;
    // Nearly no server ends its lines with it, and JSON holds none: it is looked for once a chunk.
    let back = chunk.indexOf(CARRIAGE_RETURN, from);
    while (!this.#isStopped && from < chunk.length) {
      const feed = chunk.indexOf(LINE_FEED, from);
      if (back !== -1 && back < from) back = chunk.indexOf(CARRIAGE_RETURN, from);
      const end = back !== -1 && (feed === -1 || back < feed) ? back : feed;
      if (!this.#count((end === -1 ? chunk.length : end + 1) - from)) return;
      if (end === -1) {
        this.#hold(chunk, from, chunk.length);
        return;
      }
      this.#endLine(chunk, from, end);
      from = end + 1;
      if (end === back && from === chunk.length) this.#afterReturn = true;
      else if (end === back && chunk[from] === LINE_FEED) from++;
    }
  }

  /** Whether the event is still short enough with so many bytes more. */
  #count(bytes: number): boolean {
    this.#eventBytes += bytes;
    if (this.#eventBytes <= this.#mostBytes) return true;
    this.stop();
    this.#listener.tooLong(this.#eventBytes);
    return false;
  }

  #endLine(chunk: Buffer, from: number, end: number): void {
    if (this.#heldBytes === 0) {
      this.#line(chunk, from, end);
      return;
    }
    this.#hold(chunk, from, end);
    const [line, bytes] = [this.#held, this.#heldBytes];
    this.#heldBytes = 0;
    if (line.length > MOST_KEPT && bytes <= MOST_KEPT) this.#held = nothing;
    this.#line(line, 0, bytes);
  }

  #line(bytes: Buffer, start: number, end: number): void {
    const from = this.#isFirstLine ? start + markAt(bytes, start, end) : start;
    this.#isFirstLine = false;
    if (from === end) this.#endEvent();
    else if (isData(bytes, from, end)) {
      this.#addData(bytes.toString('utf8', bytes[from + 5] === SPACE ? Math.min(from + 6, end) : from + 5, end));
    } else if (bytes[from] !== COLON) this.#field(bytes.toString('utf8', from, end));
  }

  #field(line: string): void {
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'data') this.#addData(value);
    else if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) this.#listener.id(value);
    else if (name === 'retry' && /^\d+$/.test(value)) this.#listener.retry(Number(value));
  }

  #addData(value: string): void {
    this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
  }

  #endEvent(): void {
    const [data, type] = [this.#data, this.#type];
    this.#data = undefined;
    this.#type = '';
    this.#eventBytes = 0;
    if (data !== undefined && data !== '') this.#listener.event(data, type);
  }

  /** Copies these bytes behind those that are held; the buffer doubles, so that a long line costs linear time. */
  #hold(chunk: Buffer, from: number, end: number): void {
    const needed = this.#heldBytes + end - from;
    if (needed > this.#held.length) {
      const room = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(2 * this.#held.length, this.#mostBytes), 1024));
      this.#held.copy(room, 0, 0, this.#heldBytes);
      this.#held = room;
    }
    chunk.copy(this.#held, this.#heldBytes, from, end);
    this.#heldBytes = needed;
  }
}

/** Whether a line begins with "data:", as nearly all do: then nothing else of it need be decoded. */
function isData(bytes: Buffer, from: number, end: number): boolean {
  if (end - from < 5 || bytes[from + 4] !== COLON) return false;
  return bytes[from] === 100 && bytes[from + 1] === 97 && bytes[from + 2] === 116 && bytes[from + 3] === 97;
}

/** The bytes of a byte order mark, if there is one. */
function markAt(bytes: Buffer, from: number, end: number): 0 | 3 {
  const isMark = end - from >= 3 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf;
  return isMark ? 3 : 0;
}
