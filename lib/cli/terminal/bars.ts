import type { Part } from './fit.ts';
import type { Paint } from './canvas.ts';

/** A part of a bar: its share of the width, and what it is drawn with. */
type Stretch = readonly [share: number, character: string, paint: (text: string) => string];

/** A bar of stretches, each with its share of the width, and of what is left over. */
export function bars(
  width: number,
  stretches: readonly Stretch[],
  [rest, paintRest]: readonly [string, Paint['dim']],
): Part {
  let used = 0;
  const pieces = stretches.map(([share, character, paint]) => {
    const length = Math.max(0, Math.min(width - used, Math.round(share * width)));
    used += length;
    return { text: character.repeat(length), paint };
  });
  const all = [...pieces, { text: rest.repeat(Math.max(0, width - used)), paint: paintRest }];
  return {
    text: all.map(({ text }) => text).join(''),
    paint: () => all.map(({ text, paint }) => (text === '' ? '' : paint(text))).join(''),
  };
}
