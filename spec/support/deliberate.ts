/** Thrown by those who misbehave on purpose; whatever else is thrown or reported is the pool's fault. */
export class Deliberate extends Error {
  constructor() {
    super('on purpose');
  }
}
