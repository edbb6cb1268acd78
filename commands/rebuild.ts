import { rebuild } from '../shared/ledger/rebuild.ts';
import { ProofImpossible } from '../shared/ledger/verify.ts';
import { realWorld } from '../shared/platform/world.ts';
import { readArguments } from './arguments.ts';
import { ended, openStage, stageOptions, unanswered } from './stage.ts';

const usage = `Writes the totals anew from the ledger and switches to them.
  npm run rebuild [-- --stage NAME]`;

const { values } = readArguments({ options: stageOptions }, usage);
if (values.help) ended(usage);

try {
  const { generation, transactions } = await rebuild(openStage(values), realWorld);
  ended(`Generation ${generation} of the totals is valid, with ${transactions} transactions.`);
} catch (error) {
  if (error instanceof ProofImpossible) ended(`${error.message} Try again in a few minutes.`, 3);
  unanswered(error);
}
