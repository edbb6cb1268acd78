import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { readAssets } from '../web/site/assets.ts';
import { bundleFunction } from './bundle.ts';
import { findStage } from './config.ts';
import { functionNames } from './functions.ts';
import { createService } from './service.ts';

/**
 * `cdk synth -c stage=test`: bundles every function, takes what Vite built, and writes the templates. Asks AWS
 * nothing.
 */
const root = join(import.meta.dirname, '..');
const webDirectory = join(root, 'dist', 'web');
const manifest = join(webDirectory, '.vite', 'manifest.json');
if (!existsSync(manifest))
  throw new Error(`There is no ${manifest}: run \`npm run build:web\` first, as \`npm run synth\` does.`);

const outdir = join(root, 'dist', 'functions');
for (const name of functionNames) await bundleFunction(name, { outdir, minify: true });

const app = new App();
createService(app, findStage(app.node.tryGetContext('stage')), {
  // Source maps stay here: reading them would slow every cold start.
  code: (name) => Code.fromAsset(join(outdir, name), { exclude: ['*.map'] }),
  web: {
    directory: webDirectory,
    siteAssets: JSON.stringify(readAssets(JSON.parse(readFileSync(manifest, 'utf8')))),
  },
});
app.synth();
