import { answerOf, repeatOf } from './answer.ts';
import type { RowAddress } from './opened-row.ts';

// A program of its own, for one row: it says that the row is open, and then answers each number with what so many
// repetitions took. It ends with whoever forked it, whatever ended them.
process.once('disconnect', () => process.exit(0));
const repeat = await repeatOf(JSON.parse(process.argv[2] ?? '{}') as RowAddress);

process.on('message', (times: number) => {
  void answerOf(repeat, times).then((answer) => process.send?.(answer));
});
process.send?.({ ms: 0, wallMs: 0 });
