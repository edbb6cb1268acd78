import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { z } from 'zod';
import { type Stage, stagePrefix } from '../../infra/config.ts';
import { type BuiltParts, createService } from '../../infra/service.ts';
import type { SiteAssets } from '../../web/site/assets.ts';

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
});
export type Resource = z.infer<typeof resource>;

const template = z.object({
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
});
export type Template = z.infer<typeof template>;

export interface Synthesised {
  readonly data: Template;
  readonly firewall: Template;
  readonly service: Template;
  /** The text of a value, with references written as what they refer to. */
  readonly text: (from: Template, value: unknown) => string;
}

const script = { script: '/assets/script.js', shared: [] };
const assets: SiteAssets = {
  css: '/assets/site.css',
  entries: {
    'entry-form': script,
    'donation-form': script,
    'team-form': script,
    'participant-form': script,
    'order-changes': script,
    order: script,
    counters: script,
    'waiting-form': script,
    waiter: script,
  },
};

/** Stands for what esbuild and Vite make. */
export function emptyParts(stub: string): BuiltParts {
  return { code: () => Code.fromAsset(stub), web: { directory: stub, siteAssets: JSON.stringify(assets) } };
}

/** A new app with the context that the CDK's command would give it; `use` gets a folder in place of the bundles. */
export function withApp<Result>(use: (app: App, stub: string) => Result): Result {
  const place = mkdtempSync(join(tmpdir(), 'startline-synth-'));
  const stub = join(place, 'stub');
  try {
    mkdirSync(stub);
    writeFileSync(join(stub, 'index.mjs'), '');
    const { context } = z
      .object({ context: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'cdk.json'), 'utf8')));
    return use(new App({ outdir: join(place, 'out'), context }), stub);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** The templates of a stage, with empty bundles and web files. Throws when cdk-nag finds something. */
export function synthesise(stage: Stage): Synthesised {
  return withApp((app, stub) => {
    createService(app, stage, emptyParts(stub));
    const assembly = app.synth();
    const read = (name: string): Template =>
      template.parse(assembly.getStackByName(`${stagePrefix(stage)}-${name}`).template);
    const [data, firewall, service] = [read('data'), read('firewall'), read('service')];
    const byName = new Map([
      [`${stagePrefix(stage)}-data`, data],
      [`${stagePrefix(stage)}-firewall`, firewall],
    ]);
    return { data, firewall, service, text: (from, value) => textOf(from, value, byName) };
  });
}

/** Every resource of a type, by its logical id. */
export function ofType(from: Template, type: string): [string, Resource][] {
  return Object.entries(from.Resources).filter(([, { Type }]) => Type === type);
}

const reference = z.union([
  z.object({ Ref: z.string() }),
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }),
  z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }),
  z.object({ 'Fn::GetStackOutput': z.object({ StackName: z.string(), OutputName: z.string() }) }),
]);

function textOf(from: Template, value: unknown, others: ReadonlyMap<string, Template>): string {
  if (typeof value === 'string') return value;
  const parsed = reference.parse(value);
  if ('Ref' in parsed) return nameOf(from, parsed.Ref);
  if ('Fn::GetAtt' in parsed) return `${nameOf(from, parsed['Fn::GetAtt'][0])}.${parsed['Fn::GetAtt'][1]}`;
  if ('Fn::Join' in parsed) {
    const [separator, parts] = parsed['Fn::Join'];
    return parts.map((part) => textOf(from, part, others)).join(separator);
  }
  const { StackName, OutputName } = parsed['Fn::GetStackOutput'];
  const producer = others.get(StackName);
  const output = producer?.Outputs[OutputName];
  if (producer === undefined || output === undefined)
    throw new Error(`no output ${OutputName} of ${StackName}`);
  return textOf(producer, output.Value, others);
}

const nameProperties = ['TableName', 'LogGroupName', 'FunctionName', 'EmailIdentity', 'Name'];

/** The physical name where the template gives one, else the logical id. */
function nameOf(from: Template, logicalId: string): string {
  const { Properties = {} } = from.Resources[logicalId] ?? {};
  const given = nameProperties
    .map((property) => Properties[property])
    .find((name) => typeof name === 'string');
  return `<${typeof given === 'string' ? given : logicalId}>`;
}
