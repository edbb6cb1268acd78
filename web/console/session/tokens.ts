import * as z from 'zod/mini';

const tokens = z.object({
  access: z.string(),
  /** Milliseconds since 1970. */
  expiresAt: z.number(),
  refresh: z.optional(z.string()),
  /** Who signed in, for the header of the page. */
  email: z.optional(z.string()),
  /** The directory's identifier of who signed in, by which acts name people. */
  subject: z.optional(z.string()),
});
export type Tokens = z.infer<typeof tokens>;

const attempt = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** The page that was asked for. */
  returnTo: z.string(),
});
/** A sign-in that was begun; the staff directory sends the browser back to it. */
export type Attempt = z.infer<typeof attempt>;

/**
 * One value that lasts as long as the tab. Session storage lets a reload keep the sign-in, is not shared with other
 * tabs, and is gone when the tab is closed, which matters on a shared computer. Only own scripts can read it: the
 * page's Content-Security-Policy lets no others run.
 */
function kept<Schema extends z.ZodMiniType>(key: string, schema: Schema) {
  return {
    read(): z.output<Schema> | undefined {
      const text = sessionStorage.getItem(key);
      if (text === null) return undefined;
      const value = schema.safeParse(JSON.parse(text));
      return value.success ? value.data : undefined;
    },
    write: (value: z.input<Schema>) => sessionStorage.setItem(key, JSON.stringify(value)),
    clear: () => sessionStorage.removeItem(key),
  };
}

export const keptTokens = kept('startline.tokens', tokens);
export const keptAttempt = kept('startline.sign-in', attempt);
