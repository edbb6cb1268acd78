import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Environment } from '../functions/settings.ts';
import { bundleFunction } from '../infra/bundle.ts';
import type { World } from '../shared/platform/world.ts';
import { readAssets } from '../web/site/assets.ts';
import type { HttpFunction } from './gateway.ts';

interface SiteModule {
  readonly createSiteFunction: (environment: Environment, world: World) => Promise<HttpFunction>;
}

/** The site's function, through the same bundle as in the cloud: Node does not run TSX. */
export async function loadSite(outdir: string): Promise<SiteModule['createSiteFunction']> {
  const { file } = await bundleFunction('site', { outdir, entry: 'functions/site/create.ts' });
  // Each bundle is a module of its own, also when an earlier one had the same name.
  const module: SiteModule = await import(`${pathToFileURL(file).href}?${Date.now()}`);
  return module.createSiteFunction;
}

/** What the site must know of the built pages, as its environment has it. */
export function siteAssets(web: string): string {
  return JSON.stringify(readAssets(JSON.parse(readFileSync(join(web, '.vite', 'manifest.json'), 'utf8'))));
}
