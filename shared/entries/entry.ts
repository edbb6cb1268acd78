import * as z from 'zod';
import { type RunnerInput, runner } from '../contracts/orders.ts';
import type { Part } from '../platform/database.ts';
import { normalPhone } from './runner.ts';

const entryItem = z.object({
  /** `ent_…`, derived from the order's id and the line, so that a repeated request makes no second entry. */
  sk: z.string(),
  event: z.string(),
  distance: z.string(),
  runner,
  consentedAt: z.string(),
});

/** One runner's entry: who runs. Whether it is confirmed its order and place say, so it is never rewritten for that. */
export interface Entry {
  readonly id: string;
  readonly event: string;
  readonly distance: string;
  readonly runner: RunnerInput;
  readonly consentedAt: string;
}

/** Writes a new entry beside its order. Phone numbers are stored in E.164. */
export function newEntry(name: string, order: string, entry: Entry): Part {
  const { id, ...content } = entry;
  const { runner } = entry;
  return {
    name,
    table: 'orders',
    put: {
      pk: order,
      sk: id,
      ...content,
      runner: {
        ...runner,
        phone: stored(runner.phone),
        emergencyContact: { ...runner.emergencyContact, phone: stored(runner.emergencyContact.phone) },
        ...(runner.guardian && { guardian: { ...runner.guardian, phone: stored(runner.guardian.phone) } }),
      },
    },
    condition: 'attribute_not_exists(pk)',
  };
}

const stored = (phone: string): string => normalPhone(phone) ?? phone;

/** An entry as the table holds it. */
export function parseEntry(item: Record<string, unknown>): Entry {
  const { sk: id, ...content } = entryItem.parse(item);
  return { id, ...content };
}
