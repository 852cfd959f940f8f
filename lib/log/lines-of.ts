import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** One line of a file, without its line feed. */
export interface Line {
  readonly text: string;
  /** Whether the line ends with a line feed; the last one may have been cut off. */
  readonly isWhole: boolean;
}

/**
 * The limit of a line: far longer than any line that `recordTo` writes, and it still fits into memory several times.
 */
const LONGEST_LINE_BYTES: number = 64 * 1024 * 1024;

const CHUNK_BYTES = 64 * 1024;
const LINE_FEED = 10;

/**
 * The lines of a regular file, read on demand; each byte is looked at once, however long the lines are. Throws the
 * system's error, a `TypeError` for anything but a regular file, and a `SyntaxError` for a line above 64 MiB.
 */
export function* linesOf(file: string): Iterable<Line> {
  // Opening a pipe without a writer would block the whole process for ever. Systems without this flag have no such
  // pipes.
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
  // Reading a directory makes the system throw an error of its own.
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

/** A line that is being read: pieces, joined once at the end. */
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
    // Copied, because the chunk's buffer is reused.
    if (piece.length > 0) this.#pieces.push(Buffer.from(piece));
  }
}
