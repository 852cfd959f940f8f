import { type HttpHeaders, headerOf } from './dispatcher.ts';
import { EventCutter, type EventListener } from './event-cutter.ts';
import type { Outgoing } from './outgoing.ts';
import type { Resumption } from './resumption.ts';
import { tooLong } from './too-long.ts';

/** Bytes of a response that is no answer that are looked at. */
const MOST_BYTES = 64 * 1024;
const BYTE_ORDER_MARK = 0xfeff;

/** Who is told what stands in the body of a response. */
export interface BodyListener {
  /** What somebody parsed of a message, or of several, and its text. */
  value(value: unknown, text: string): void;
  /** What ought to be a message and is no JSON. */
  unreadable(text: string, error: SyntaxError): void;
  /** A message has more bytes than it may have. */
  tooLong(error: RangeError): void;
  /** Where what the server says of taking up its stream again is kept. */
  resumption(): Resumption;
  /** What was asked. */
  readonly out: Pick<Outgoing, 'named'>;
  /** The body has ended, and all that stands in it was told. */
  ended(): void;
}

/** Takes the bytes of one body as they come. */
export interface Body {
  push(chunk: Buffer): void;
  end(): void;
  /** Nothing is told from now on. */
  stop(): void;
}

/** Of a body, as its headers have it: the media type in lower case, without parameters. */
export function typeOf(headers: HttpHeaders): string {
  const type = headerOf(headers, 'content-type') ?? '';
  if (type === 'application/json' || type === 'text/event-stream') return type;
  return (/^[^;]*/.exec(type)?.[0] ?? '').trim().toLowerCase();
}

/** A body that is read to its end and not looked at. */
export function drained(listener: BodyListener): Body {
  const nothing = (): void => undefined;
  return { push: nothing, end: listener.ended.bind(listener), stop: nothing };
}

/** A body of server-sent events, each of which is a message. */
export class EventBody implements Body, EventListener {
  readonly #listener: BodyListener;
  readonly #mostBytes: number;
  readonly #cutter: EventCutter;

  constructor(listener: BodyListener, mostBytes: number) {
    this.#listener = listener;
    this.#mostBytes = mostBytes;
    this.#cutter = new EventCutter(this, mostBytes);
  }

  push(chunk: Buffer): void {
    this.#cutter.push(chunk);
  }

  end(): void {
    this.#listener.ended();
  }

  stop(): void {
    this.#cutter.stop();
  }

  event(data: string, type: string): void {
    if (type === '' || type === 'message') tell(this.#listener, data);
  }

  id(id: string): void {
    this.#listener.resumption().came(id);
    this.#listener.out.named?.(id);
  }

  retry(ms: number): void {
    this.#listener.resumption().wants(ms);
  }

  tooLong(bytes: number): void {
    this.#listener.tooLong(tooLong(bytes, this.#mostBytes));
  }
}

/** A body of JSON: one message, or several in an array. */
export class JsonBody implements Body {
  readonly #listener: BodyListener;
  readonly #mostBytes: number;
  readonly #bytes: GatheredBytes;

  constructor(listener: BodyListener, mostBytes: number, headers: HttpHeaders) {
    const announced = Number(headerOf(headers, 'content-length'));
    this.#listener = listener;
    this.#mostBytes = mostBytes;
    this.#bytes = new GatheredBytes(announced <= mostBytes ? announced : Number.NaN);
  }

  push(chunk: Buffer): void {
    this.#bytes.add(chunk);
    if (this.#bytes.count > this.#mostBytes) this.#listener.tooLong(tooLong(this.#bytes.count, this.#mostBytes));
  }

  end(): void {
    const text = this.#bytes.text();
    tell(this.#listener, text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
    this.#listener.ended();
  }

  stop(): void {
    this.#bytes.drop();
  }
}

/** A body that holds no messages; its beginning is told at its end. */
export function otherBody(ended: (beginning: string) => void): Body {
  const bytes = new GatheredBytes(Number.NaN);
  return {
    push: (chunk) => {
      if (bytes.count < MOST_BYTES) bytes.add(chunk.subarray(0, MOST_BYTES - bytes.count));
    },
    end: () => {
      ended(bytes.text());
    },
    stop: bytes.drop.bind(bytes),
  };
}

function tell(listener: BodyListener, text: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    listener.unreadable(text, error as SyntaxError);
    return;
  }
  listener.value(value, text);
}

/** Chunks that become one text: read into one buffer where it is known how long that will be. */
class GatheredBytes {
  readonly #announced: number;
  #whole: Buffer | undefined;
  #chunks: Buffer[] | undefined;
  #count = 0;

  constructor(announced: number) {
    this.#announced = announced;
  }

  /** How many there are so far. */
  get count(): number {
    return this.#count;
  }

  add(chunk: Buffer): void {
    const before = this.#count;
    this.#count += chunk.length;
    if (before === 0 && !(chunk.length < this.#announced)) this.#chunks = [chunk];
    else if (this.#chunks !== undefined) this.#chunks.push(chunk);
    else if (this.#count <= this.#announced)
      chunk.copy((this.#whole ??= Buffer.allocUnsafeSlow(this.#announced)), before);
    else {
      // More than was announced: somebody on the way has decoded it.
      this.#chunks = [this.#whole?.subarray(0, before) ?? Buffer.alloc(0), chunk];
      this.#whole = undefined;
    }
  }

  text(): string {
    const bytes = this.#whole ?? this.#chunks ?? [];
    this.drop();
    if (Buffer.isBuffer(bytes)) return bytes.toString('utf8', 0, this.#count);
    const [only] = bytes;
    return bytes.length === 1 && only !== undefined ? only.toString('utf8') : Buffer.concat(bytes).toString('utf8');
  }

  drop(): void {
    this.#whole = undefined;
    this.#chunks = undefined;
  }
}
