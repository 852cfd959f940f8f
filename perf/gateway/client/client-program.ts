import { type TurnPlan, takeTurn } from './turn.ts';

// A program of its own: it takes turns as it is told to, and ends with whoever forked it, whatever ended them.
process.once('disconnect', () => process.exit(0));
process.on('message', (plan: TurnPlan) => {
  void takeTurn(plan).then((turn) => process.send?.(turn));
});
