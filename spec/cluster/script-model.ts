import type { Answer, Call } from '../../lib/cluster/call.ts';

/** One owner, as the script keeps it. */
interface Entry {
  readonly expiresAt: number;
  readonly held: number;
  readonly lacks: number;
  readonly number: number;
}

/** What the script keeps in Redis, and what it does in one call; times are in milliseconds of the clock of Redis. */
export class ScriptModel {
  readonly owners: Map<string, Entry> = new Map<string, Entry>();
  readonly #cap: number;
  readonly #ttlMs: number;
  #epoch = 0;
  #upSince: number;
  #lostUntil = -Infinity;

  /** `upSince`: when Redis was started; long ago where it is left out. */
  constructor(cap: number, ttlMs: number, upSince?: number) {
    this.#cap = cap;
    this.#ttlMs = ttlMs;
    this.#upSince = upSince ?? -Infinity;
  }

  /** Redis is killed, and started again with nothing. */
  restart(now: number): void {
    this.owners.clear();
    this.#epoch = 0;
    this.#lostUntil = -Infinity;
    this.#upSince = now;
  }

  /** A copy, as another server has it that will be asked from now on. */
  copy(): ScriptModel {
    const copy = new ScriptModel(this.#cap, this.#ttlMs, this.#upSince);
    for (const [id, entry] of this.owners) copy.owners.set(id, entry);
    copy.#epoch = this.#epoch;
    copy.#lostUntil = this.#lostUntil;
    return copy;
  }

  carryOut(call: Call, now: number): Answer {
    for (const [id, { expiresAt }] of this.owners) if (expiresAt <= now) this.owners.delete(id);
    const { kind, owner, number, want } = call;
    const known = this.owners.get(owner);
    if (kind === 'leave') {
      this.owners.delete(owner);
      return { status: 'granted', held: 0, shed: 0, members: this.owners.size, epoch: 0 };
    }
    if (known !== undefined && number <= known.number) return empty('late');
    if (known === undefined && kind === 'take') return empty('fenced');
    const others = [...this.owners].filter(([id]) => id !== owner).map(([, entry]) => entry);
    const epoch = kind === 'join' ? this.#nextEpoch(call.epoch, now) : 0;
    const share = new Share(this.#cap, others);
    const mine = known?.held ?? share.claimed(call.claim);
    const held = want > mine ? mine + (this.#mayGrow(now) ? share.more(mine, want) : 0) : want;
    const lacks = Math.max(0, Math.min(want, share.fair) - held);
    this.owners.set(owner, { expiresAt: now + this.#ttlMs, held, lacks, number });
    return { status: 'granted', held, shed: share.shed(held), members: this.owners.size, epoch };
  }

  #nextEpoch(known: number, now: number): number {
    this.#epoch++;
    if (this.#epoch <= known) {
      this.#epoch = known + 1;
      this.#lostUntil = now + this.#ttlMs;
    }
    return this.#epoch;
  }

  #mayGrow(now: number): boolean {
    return now >= this.#lostUntil && now - this.#upSince >= this.#ttlMs;
  }
}

/** What one owner may have beside others. */
class Share {
  readonly fair: number;
  readonly #cap: number;
  readonly #others: readonly Entry[];
  readonly #taken: number;
  readonly #lacking: number;

  constructor(cap: number, others: readonly Entry[]) {
    this.#cap = cap;
    this.#others = others;
    this.#taken = others.reduce((sum, { held }) => sum + held, 0);
    this.#lacking = others.reduce((sum, { lacks }) => sum + lacks, 0);
    const sharing = 1 + others.filter(({ held, lacks }) => held + lacks > 0).length;
    this.fair = Math.max(1, Math.floor(cap / sharing));
  }

  claimed(claim: number): number {
    return Math.max(0, Math.min(claim, this.#cap - this.#taken));
  }

  more(mine: number, want: number): number {
    const free = this.#cap - this.#taken - mine;
    return Math.max(0, Math.min(want - mine, free, Math.max(this.fair - mine, free - this.#lacking)));
  }

  shed(held: number): number {
    const lack = this.#lacking - (this.#cap - this.#taken - held);
    const above = held - this.fair;
    if (lack <= 0 || above <= 0) return 0;
    const excess = this.#others.reduce((sum, other) => sum + Math.max(0, other.held - this.fair), above);
    return Math.min(above, Math.ceil((lack * above) / excess));
  }
}

function empty(status: 'late' | 'fenced'): Answer {
  return { status, held: 0, shed: 0, members: 0, epoch: 0 };
}
