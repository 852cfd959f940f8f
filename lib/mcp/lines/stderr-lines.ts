import { type Observable, Subject } from 'rxjs';
import { reporting } from '../../base/report.ts';

/** Told of each line that a server writes to its stderr, and of the number of its process. */
export type StderrListener = (line: string, pid: number) => void;

/** Bytes of a line that are told; the rest is skipped, for a program that never ends its line must not fill the memory. */
const LONGEST_LINE = 16_384;
const LINE_FEED = 0x0a;
const nothing = Buffer.alloc(0);

/** What a server writes to its stderr, line by line. While nobody listens it keeps nothing. */
export class StderrLines {
  /**
   * The whole lines that are written from now on, without what is secret; completes when nothing more can come. A line that
   * was begun before is not told: in part of it a secret might not be recognised.
   */
  readonly lines$: Observable<string>;
  readonly #lines$ = new Subject<string>();
  readonly #redact: (text: string) => string;
  readonly #listener: StderrListener | undefined;
  #begun = nothing;
  /** Whether the beginning of the line that is being written was told already, or was heard by nobody. */
  #isCut = false;

  constructor(redact: (text: string) => string, listener: StderrListener | undefined) {
    this.#redact = redact;
    this.#listener = listener && reporting(listener);
    this.lines$ = this.#lines$.asObservable();
  }

  /** Takes what the process of this number has written. */
  push(chunk: Buffer, pid: number): void {
    if (this.#listener === undefined && !this.#lines$.observed) {
      this.#begun = nothing;
      this.#isCut = chunk.at(-1) !== LINE_FEED;
      return;
    }
    const bytes = this.#begun.length === 0 ? chunk : Buffer.concat([this.#begun, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, from)) {
      this.#end(bytes.subarray(from, end), pid);
      from = end + 1;
    }
    this.#begin(bytes.subarray(from), pid);
  }

  /** Tells a last line that has no end, and completes. */
  end(pid: number): void {
    if (this.#begun.length > 0) this.#tell(this.#begun, pid);
    this.#begun = nothing;
    this.#lines$.complete();
  }

  #begin(bytes: Buffer, pid: number): void {
    const isTooLong = bytes.length > LONGEST_LINE;
    if (isTooLong && !this.#isCut) this.#tell(bytes, pid);
    this.#isCut ||= isTooLong;
    // Copied, because a slice would keep its whole chunk.
    this.#begun = this.#isCut ? nothing : Buffer.from(bytes);
  }

  #end(bytes: Buffer, pid: number): void {
    if (!this.#isCut) this.#tell(bytes, pid);
    this.#isCut = false;
  }

  #tell(bytes: Buffer, pid: number): void {
    const line = this.#redact(bytes.subarray(0, LONGEST_LINE).toString('utf8').replace(/\r$/, ''));
    this.#listener?.(line, pid);
    this.#lines$.next(line);
  }
}
