/**
 * Cuts chunks of bytes into lines. What is no whole line yet is kept in a list of chunks and joined once, at its end: to
 * join at each chunk would make the time grow with the square of the length.
 */
export function lineCutter(each: (line: string) => void): (chunk: Buffer) => void {
  let kept: Buffer[] = [];
  return (chunk) => {
    const end = chunk.lastIndexOf(0x0a);
    if (end === -1) {
      kept.push(chunk);
      return;
    }
    const whole = kept.length === 0 ? chunk : Buffer.concat([...kept, chunk]);
    const length = whole.length - chunk.length + end;
    kept = end + 1 === chunk.length ? [] : [chunk.subarray(end + 1)];
    for (const line of whole.toString('utf8', 0, length).split('\n')) each(line);
  };
}
