import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** One line of a file, without its end. */
export interface Line {
  readonly text: string;
  /** Whether it ends with a line feed. */
  readonly isWhole: boolean;
}

/** No line of ours comes near to it, and it still fits into memory several times. */
export const LONGEST_LINE_BYTES: number = 64 * 1024 * 1024;

const CHUNK_BYTES = 64 * 1024;
const LINE_FEED = 10;

/**
 * The lines of a regular file, read as they are asked for, each byte looked at once however long they are. Throws the
 * system's error, a `TypeError` for what is no regular file, and a `SyntaxError` for a line above 64 MiB.
 */
export function* linesOf(file: string): Iterable<Line> {
  // Opening a pipe that nobody writes to would wait for ever, and nothing else would happen in this process meanwhile.
  // Where there is no such flag there are no such pipes.
  const flags = constants as Partial<typeof constants>;
  const descriptor = openSync(file, constants.O_RDONLY | (flags.O_NONBLOCK ?? 0));
  try {
    checkRegular(file, descriptor);
    yield* split(file, descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function checkRegular(file: string, descriptor: number): void {
  const about = fstatSync(descriptor);
  // To read a directory is an error of the system's own.
  if (!about.isFile() && !about.isDirectory()) throw new TypeError(`${file} is no regular file`);
}

function* split(file: string, descriptor: number): Iterable<Line> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let line = new PartialLine(file, 1);
  for (let bytes = readSync(descriptor, chunk); bytes > 0; bytes = readSync(descriptor, chunk)) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1 && end < bytes; end = chunk.indexOf(LINE_FEED, from)) {
      line.add(chunk.subarray(from, end));
      yield { text: line.text, isWhole: true };
      line = new PartialLine(file, line.number + 1);
      from = end + 1;
    }
    line.add(chunk.subarray(from, bytes));
  }
  if (line.bytes > 0) yield { text: line.text, isWhole: false };
}

/** The beginning of a line, in pieces that are joined once. */
class PartialLine {
  readonly number: number;
  bytes = 0;
  readonly #file: string;
  readonly #pieces: Buffer[] = [];

  constructor(file: string, number: number) {
    this.#file = file;
    this.number = number;
  }

  get text(): string {
    return Buffer.concat(this.#pieces).toString('utf8');
  }

  add(piece: Buffer): void {
    this.bytes += piece.length;
    if (this.bytes > LONGEST_LINE_BYTES) {
      throw new SyntaxError(`${this.#file}, line ${this.number}: longer than ${LONGEST_LINE_BYTES} bytes`);
    }
    // The chunk is read into again.
    if (piece.length > 0) this.#pieces.push(Buffer.from(piece));
  }
}
