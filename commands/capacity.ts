import { z } from 'zod';
import { capacityInput } from '../shared/contracts/reports.ts';
import { resize } from '../shared/entries/resize.ts';
import { Refusal } from '../shared/platform/problem.ts';
import { realWorld } from '../shared/platform/world.ts';
import { readArguments } from './arguments.ts';
import { ended, openStage, stageOptions, unanswered } from './stage.ts';

const usage = `Changes how many places a distance has, while entries are open. Nobody loses a place.
  npm run capacity -- EVENT DISTANCE PLACES [--stage NAME]
  --stage NAME  a deployed stage; without it, the service that runs on this machine`;

const { values, positionals } = readArguments({ options: stageOptions, allowPositionals: true }, usage);
if (values.help) ended(usage);
const [event, distance, places, ...others] = positionals;
const parsed = z.coerce.number().pipe(capacityInput.shape.capacity).safeParse(places);
if (event === undefined || distance === undefined || !parsed.success || others.length > 0) ended(usage, 2);

try {
  const { before, capacity } = await resize(openStage(values), realWorld, {
    event,
    distance,
    capacity: parsed.data,
  });
  ended(`${distance} of ${event} has ${capacity} places; it had ${before}.`);
} catch (error) {
  if (!(error instanceof Refusal)) unanswered(error);
  const smallest = error.detail.errors?.[0]?.limit;
  ended(
    smallest === undefined
      ? error.message
      : `A price is for the first ${Number(smallest) - 1} places: there must be at least ${smallest}.`,
    1,
  );
}
