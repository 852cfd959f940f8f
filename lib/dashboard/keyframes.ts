import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { KeyframeView } from './protocol.ts';

interface Keyframe {
  readonly version: number;
  readonly at: number;
  readonly packed: Uint8Array;
}

/** A quarter of an hour, where each second has one. */
const MOST_KEYFRAMES = 900;

/**
 * How a pool was at each second of the last quarter of an hour in which something happened, packed: a few kilobytes each
 * for a hundred connections, so that the past reaches back minutes, however many events there are.
 */
export class Keyframes {
  #kept: Keyframe[] = [];

  get first(): Pick<KeyframeView, 'version' | 'at'> | undefined {
    return this.#kept[0];
  }

  get last(): Pick<KeyframeView, 'version' | 'at'> | undefined {
    return this.#kept.at(-1);
  }

  add(view: KeyframeView): void {
    const { version, at } = view;
    // A copy: what is returned is the beginning of a buffer that is far too large to be kept.
    const packed = new Uint8Array(deflateRawSync(JSON.stringify(view), { level: 1 }));
    this.#kept.push({ version, at, packed });
    if (this.#kept.length > MOST_KEYFRAMES) this.#kept.shift();
  }

  /** The last one up to a version, or else the first one. */
  upToVersion(version: number): KeyframeView | undefined {
    return unpacked(this.#kept.findLast((kept) => kept.version <= version) ?? this.#kept[0]);
  }

  /** The last one up to an instant, or else the first one. */
  upTo(at: number): KeyframeView | undefined {
    return unpacked(this.#kept.findLast((kept) => kept.at <= at) ?? this.#kept[0]);
  }

  /** The first one after a version, if any. */
  after(version: number): KeyframeView | undefined {
    return unpacked(this.#kept.find((kept) => kept.version > version));
  }

  clear(): void {
    this.#kept = [];
  }
}

function unpacked(kept: Keyframe | undefined): KeyframeView | undefined {
  return kept && (JSON.parse(inflateRawSync(kept.packed).toString()) as KeyframeView);
}
