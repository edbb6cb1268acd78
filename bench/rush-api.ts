import * as z from 'zod';
import { type MeasuredApi, startApi } from './api.ts';
import { answerParent } from './child.ts';

const request = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('start'),
    places: z.object({ prefix: z.string(), dynamodb: z.string(), stripe: z.string(), mail: z.string() }),
  }),
  z.object({ do: z.literal('settle') }),
]);

let api: MeasuredApi | undefined;
answerParent(async (content) => {
  const asked = request.parse(content);
  if (asked.do === 'settle') return api?.settle();
  api = await startApi(asked.places);
  return { url: api.url };
});
