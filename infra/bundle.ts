import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { type FunctionName, functions } from './functions.ts';

const root = join(import.meta.dirname, '..');

/** Packages that are CommonJS inside call `require`, which an ES module does not have. */
const banner =
  "import { createRequire as $createRequire } from 'node:module';const require = $createRequire(import.meta.url);";

export interface Bundle {
  /** Where the ES module was written; it exports `handler`. */
  readonly file: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

/**
 * Bundles one function as it runs on Lambda, with everything it imports, the AWS SDK too (so that its version
 * is the tested one and a cold start reads one file): `<outdir>/<name>/index.mjs`, its source map beside it.
 * The one-machine run and the tests load the site through this as well, since Node does not strip TSX.
 * `entry` is another module than the function's own, for a caller that starts the function itself.
 * `minify` keeps identifiers, so that a stack trace from the cloud still names functions.
 * @throws an esbuild `BuildFailure` that names file and line.
 */
export async function bundleFunction(
  name: FunctionName,
  options: { readonly outdir: string; readonly minify?: boolean; readonly entry?: string },
): Promise<Bundle> {
  const file = join(options.outdir, name, 'index.mjs');
  const minify = options.minify ?? false;
  await build({
    absWorkingDir: root,
    entryPoints: [options.entry ?? functions[name].entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: banner },
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minifySyntax: minify,
    minifyWhitespace: minify,
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  });
  const content = readFileSync(file);
  return { file, bytes: content.length, gzipBytes: gzipSync(content).length };
}
