import { defineConfig, type Plugin } from 'vite';
import { entryModules, styleModule } from './web/site/assets.ts';

const consolePage = 'web/console/index.html';

/** Puts the console's page where it is served: `console/index.html`. */
const placeConsole: Plugin = {
  name: 'place-console',
  enforce: 'post',
  generateBundle(_, bundle) {
    const page = bundle[consolePage];
    if (page?.type !== 'asset') return;
    this.emitFile({ type: 'asset', fileName: 'console/index.html', source: page.source });
    delete bundle[consolePage];
  },
};

/** The scripts and styles of the public pages (the site's function writes their HTML), and the staff console. */
export default defineConfig({
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [placeConsole],
  build: {
    outDir: 'dist/web',
    emptyOutDir: true,
    manifest: true,
    // Browsers of the last years: modules, `AbortSignal.timeout`, `findLast`.
    target: ['chrome111', 'safari16.4', 'firefox115'],
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [...Object.values(entryModules), styleModule, consolePage],
    },
  },
});
