/** One measurement: how much there was after how many. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** By how much y grows for each x, by least squares; 0 where x does not change. */
export function slopeOf(points: readonly Point[]): number {
  const meanX = meanOf(points.map(({ x }) => x));
  const meanY = meanOf(points.map(({ y }) => y));
  let products = 0;
  let squares = 0;
  for (const { x, y } of points) {
    products += (x - meanX) * (y - meanY);
    squares += (x - meanX) ** 2;
  }
  return squares === 0 ? 0 : products / squares;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
