import * as z from 'zod/mini';

/** Scripts of pages, by the module that Vite builds each from. */
export const entryModules = {
  'entry-form': 'web/site/entry-form/client.tsx',
  'donation-form': 'web/site/donation-form/client.tsx',
  'team-form': 'web/site/team-form/client.tsx',
  'participant-form': 'web/site/participant-form/client.tsx',
  'order-changes': 'web/site/order-changes/client.tsx',
  order: 'web/site/order/client.tsx',
  'waiting-form': 'web/site/waiting-form/client.tsx',
  waiter: 'web/site/waiter/client.tsx',
  counters: 'web/site/counters/client.tsx',
} as const;
export type EntryName = keyof typeof entryModules;

/** The module that imports every style of the site. */
export const styleModule = 'web/site/site.css';

/** Addresses of built files: the stylesheet; of each script its own and those of the modules it shares. */
export interface SiteAssets {
  readonly css: string;
  readonly entries: Readonly<
    Record<EntryName, { readonly script: string; readonly shared: readonly string[] }>
  >;
}

const viteManifest = z.record(
  z.string(),
  z.object({ file: z.string(), imports: z.optional(z.array(z.string())) }),
);

/**
 * Reads what pages need from Vite's manifest (`dist/web/.vite/manifest.json`).
 * @throws Error if a module is missing: the build and this code are of different versions.
 */
export function readAssets(manifest: unknown): SiteAssets {
  const chunks = z.parse(viteManifest, manifest);
  const chunk = (module: string) => {
    const found = chunks[module];
    if (!found) throw new Error(`Vite's manifest has no ${module}: build the site again.`);
    return found;
  };
  const shared = (module: string): string[] =>
    (chunk(module).imports ?? []).flatMap((name) => [chunk(name).file, ...shared(name)]);
  const entry = (name: EntryName) => ({
    script: `/${chunk(entryModules[name]).file}`,
    shared: [...new Set(shared(entryModules[name]))].map((file) => `/${file}`),
  });
  return {
    css: `/${chunk(styleModule).file}`,
    entries: {
      'entry-form': entry('entry-form'),
      'donation-form': entry('donation-form'),
      'team-form': entry('team-form'),
      'participant-form': entry('participant-form'),
      'order-changes': entry('order-changes'),
      order: entry('order'),
      'waiting-form': entry('waiting-form'),
      waiter: entry('waiter'),
      counters: entry('counters'),
    },
  };
}
