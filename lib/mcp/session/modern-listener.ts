import type { Tell } from './questions.ts';
import type { WireError } from './wire-error.ts';

/** Who is told what comes of a request of the modern era. */
export interface ModernListener {
  /** Something that comes before the answer. */
  readonly tell: Tell;
  /** The answer: once and last, of one or the other. */
  answered(result: unknown): void;
  failed(error: WireError): void;
}
