import { ProofImpossible, verify } from '../shared/ledger/verify.ts';
import { realWorld } from '../shared/platform/world.ts';
import { readArguments } from './arguments.ts';
import { ended, openStage, stageOptions, unanswered } from './stage.ts';

const usage = `Recomputes the totals from the ledger and compares every figure.
  npm run verify [-- --stage NAME]
Prints "N transactions, difference 0"; exits with 1 on any difference.`;

const { values } = readArguments({ options: stageOptions }, usage);
if (values.help) ended(usage);

try {
  const { transactions, waiting, difference, differing, unbalanced } = await verify(
    openStage(values),
    realWorld,
  );
  const lines = [
    ...differing.map(
      ({ event, row, figure, ledger, totals }) =>
        `  ${event} ${row} ${figure}: ledger ${ledger}, totals ${totals}`,
    ),
    ...unbalanced.map((fact) => `  ${fact}: the postings do not sum to zero`),
    ...(waiting > 0 ? [`  ${waiting} of them are not in the totals yet and were left out`] : []),
    `${transactions} transactions, difference ${difference}`,
  ];
  ended(lines.join('\n'), difference === 0 && unbalanced.length === 0 ? 0 : 1);
} catch (error) {
  if (error instanceof ProofImpossible) ended(`${error.message} Try again in a minute.`, 3);
  unanswered(error);
}
