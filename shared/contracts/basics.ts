import * as z from 'zod/mini';
import { countryCodes } from './countries.ts';

export const locales = ['kk', 'ru', 'en'] as const;
export const locale = z.enum(locales);
export type Locale = (typeof locales)[number];

/** Text in each language of the service. */
export const localText = z.object({ kk: z.string(), ru: z.string(), en: z.string() });
export type LocalText = z.infer<typeof localText>;

/**
 * An amount in minor units with its ISO 4217 currency: `{ amount: 2000000, currency: 'KZT' }` is 20,000 ₸, since
 * KZT has two decimals at Stripe.
 */
export const money = z.object({ amount: z.int(), currency: z.string().check(z.regex(/^[A-Z]{3}$/)) });
export type Money = z.infer<typeof money>;

/** Identifiers of events, distances and projects: lower-case words joined by hyphens. */
export const slug = z
  .string()
  .check(z.maxLength(60), z.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, { error: 'format_invalid' }));

/** Stands for a project where the charity part goes to one that is chosen later. */
export const laterProject = '-';

/** A charity project, or `laterProject`. */
export const projectRef = z.union([slug, z.literal(laterProject)]);

/** An event, as what is about something else of it names it. */
export const eventRef = z.object({
  id: slug,
  name: localText,
  raceDay: z.iso.date(),
  zone: z.string(),
  /** It is called off, and a new day is not known (yet): the race day is the one that it had. */
  hasNoDay: z.optional(z.literal(true)),
});
export type EventRef = z.infer<typeof eventRef>;

/** A moment: ISO 8601 in UTC with milliseconds. */
export const instant = z.iso.datetime();

// Control characters, line and paragraph separators, bidirectional overrides and isolates, zero-width and
// tag characters: none belongs in a name or a message, and some make a text read differently than it is stored.
const hiddenCharacters =
  /[\p{Cc}\p{Cs}\p{Co}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

const visible = z.refine<string>((text) => !hiddenCharacters.test(text), { error: 'text_not_allowed' });

/** One line of free text, trimmed, without control or direction-changing characters. */
export const line = (longest: number) =>
  z.pipe(
    z.string().check(z.maxLength(longest * 4), visible, z.trim(), z.normalize('NFC')),
    z.string().check(z.minLength(1), z.maxLength(longest)),
  );

/**
 * A given or family name in any script, with the marks names have (O’Neil, Әл-Фараби, María José, J. R.).
 * 1 to 60 characters; must hold a letter.
 */
export const personName = z.pipe(
  z.string().check(z.maxLength(240), visible, z.trim(), z.normalize('NFC')),
  z.string().check(
    z.minLength(1),
    z.maxLength(60),
    z.regex(/^[\p{L}\p{M}\p{Zs}.'’ʼʻ`´·‐‑-]*\p{L}[\p{L}\p{M}\p{Zs}.'’ʼʻ`´·‐‑-]*$/u, {
      error: 'name_invalid',
    }),
  ),
);

/** An e-mail address, at most 254 characters (RFC 5321), lower-cased. */
export const email = z.pipe(
  z.string().check(z.maxLength(1000), visible, z.trim(), z.toLowerCase()),
  z.string().check(z.maxLength(254), z.email({ error: 'email_invalid' })),
);

/** A phone number as people write it; the rules turn it into E.164 and refuse what cannot be one. */
export const phone = z.pipe(
  z.string().check(z.maxLength(200), visible, z.trim()),
  z.string().check(z.minLength(1), z.maxLength(32), z.regex(/^\+?[\d\s().-]+$/, { error: 'phone_invalid' })),
);

/** A calendar day that exists, `YYYY-MM-DD`. */
export const day = z.string().check(
  z.refine<string>(
    (text) => {
      const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
      return date !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
    },
    { error: 'date_invalid' },
  ),
);

/** ISO 3166-1 alpha-2. */
export const country = z
  .string()
  .check(z.refine<string>((code) => countryCodes.has(code), { error: 'country_unknown' }));
