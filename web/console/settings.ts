import * as z from 'zod/mini';

const settings = z.object({
  /** The staff directory, as OpenID Connect names it. */
  issuer: z.url(),
  clientId: z.string(),
});
export type Settings = z.infer<typeof settings>;

/** What the console is told where it runs, so that one build serves every stage. */
export async function readSettings(): Promise<Settings> {
  const response = await fetch('/console/config.json', { cache: 'no-cache' });
  return settings.parse(await response.json());
}
