import * as z from 'zod';
import { type PromoCode, promoCode } from './promo-codes.ts';
import { checkPromoCodes } from './reductions.ts';
import { type CatalogueEvent, catalogueEvent } from './schema.ts';

/** What a catalogue file holds: the event that everybody may see, and its codes, which are secret and stored apart. */
export interface CatalogueFile {
  readonly event: CatalogueEvent;
  readonly promoCodes: readonly PromoCode[];
}

const codes = z.array(promoCode).max(2_000).default([]);

/** Reads the content of a catalogue file, or names every fault with its path. */
export function readCatalogueFile(content: unknown): CatalogueFile | { readonly faults: readonly string[] } {
  const { promoCodes, ...rest } = z.record(z.string(), z.unknown()).safeParse(content).data ?? {};
  const event = catalogueEvent.safeParse(rest);
  const found = codes.safeParse(promoCodes);
  const faults: string[] = [];
  const report = (path: readonly PropertyKey[], message: string): void => {
    faults.push(`${path.map(String).join('.') || '(file)'}: ${message}`);
  };
  for (const { path, message } of event.error?.issues ?? []) report(path, message);
  for (const { path, message } of found.error?.issues ?? []) report(['promoCodes', ...path], message);
  if (event.success && found.success)
    checkPromoCodes(event.data, found.data, (path, message) => report(['promoCodes', ...path], message));
  return event.success && found.success && faults.length === 0
    ? { event: event.data, promoCodes: found.data }
    : { faults };
}
