import * as z from 'zod';
import { answerParent } from '../../bench/child.ts';
import { startMachine } from './machine.ts';
import { simulate } from './simulate.ts';

const play = z.object({
  dynamodb: z.string(),
  seed: z.int(),
  steps: z.int(),
  without: z.array(z.string()),
});

let machine: ReturnType<typeof startMachine> | undefined;

answerParent(async (request) => {
  const { dynamodb, ...asked } = play.parse(request);
  machine ??= startMachine(dynamodb);
  return simulate(await machine, asked);
});
