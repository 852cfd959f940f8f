/** A signal of another library: our own class does not know it. */
export class ForeignSignal extends EventTarget {
  aborted = false;
  reason: unknown;

  abort(reason: unknown): void {
    this.aborted = true;
    this.reason = reason;
    this.dispatchEvent(new Event('abort'));
  }

  get asSignal(): AbortSignal {
    return this as unknown as AbortSignal;
  }
}
