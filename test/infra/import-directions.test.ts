import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '..', '..');

/** What each folder may import of the project besides itself; `docs/architecture.md` says why. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'shared/contracts': [],
  'shared/platform': ['shared/contracts'],
  'shared/catalogue': ['shared/contracts', 'shared/platform'],
  'shared/ledger': ['shared/contracts', 'shared/platform'],
  'shared/mail': ['shared/contracts', 'shared/platform', 'shared/staff', 'messages'],
  'shared/staff': ['shared/contracts', 'shared/platform'],
  'shared/entries': ['shared/contracts', 'shared/platform', 'shared/catalogue'],
  'shared/charity': [
    'shared/contracts',
    'shared/platform',
    'shared/catalogue',
    'shared/ledger',
    'shared/staff',
  ],
  'shared/orders': [
    'shared/contracts',
    'shared/platform',
    'shared/catalogue',
    'shared/entries',
    'shared/ledger',
    'shared/charity',
    'shared/mail',
    'shared/staff',
  ],
  'shared/payments': [
    'shared/contracts',
    'shared/platform',
    'shared/catalogue',
    'shared/entries',
    'shared/ledger',
    'shared/charity',
    'shared/mail',
    'shared/staff',
    'shared/orders',
    'messages',
  ],
  'shared/reports': [
    'shared/contracts',
    'shared/platform',
    'shared/catalogue',
    'shared/entries',
    'shared/ledger',
    'shared/charity',
  ],
  'web/site': ['web/parts', 'shared/contracts', 'messages'],
  'web/console': ['web/parts', 'shared/contracts', 'messages'],
  'web/parts': ['shared/contracts', 'messages'],
  'functions/site': ['web/site'],
  'functions/public-api': [],
  infra: ['shared/contracts', 'shared/platform'],
  local: ['functions/site', 'functions/public-api', 'infra', 'commands', 'messages'],
  commands: ['infra', 'local'],
  messages: ['shared/contracts'],
};
/** These may import every concept. */
const useAllOfShared = ['functions/site', 'functions/public-api', 'local', 'commands'];
const mayUseStripe = ['shared/payments/stripe', 'local/stripe'];
const mayReadEnvironment = ['functions/public-api', 'infra', 'local', 'commands'];

const folders = Object.keys(allowed);
const mayImport = (from: string, to: string): boolean =>
  allowed[from]?.includes(to) === true || (useAllOfShared.includes(from) && to.startsWith('shared/'));

const report = z.object({
  diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })),
});

let place: string;
let refused: ReadonlySet<string>;

/** A copy of the tree's folders, each with one file for every import that one might write there. */
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'startline-directions-'));
  // The configuration's paths count from the folder it is in.
  await copyFile(join(root, '.oxlintrc.json'), join(place, '.oxlintrc.json'));
  const files: [string, string][] = [];
  for (const from of folders) {
    for (const to of folders) {
      if (from === to) continue;
      const path = relative(join(place, from), join(place, to, 'other.ts'));
      files.push([probe(from, to), `import { other } from '${path}';\nexport const it = other;\n`]);
    }
    files.push([probe(from, 'itself'), `import { other } from './other.ts';\nexport const it = other;\n`]);
  }
  for (const from of [...folders, ...mayUseStripe])
    files.push([probe(from, 'stripe'), `import { Stripe } from 'stripe';\nexport const it = Stripe;\n`]);
  for (const from of folders) files.push([probe(from, 'environment'), 'export const it = process.env;\n']);
  for (const [file, text] of files) await write(file, text);
  refused = await lint();
}, 30_000);

afterAll(() => rm(place, { recursive: true, force: true }));

test.each(folders)('%s imports what it may and nothing else', (from) => {
  const others = folders.filter((to) => to !== from);
  const expected = others.filter((to) => !mayImport(from, to));
  expect(others.filter((to) => refused.has(probe(from, to)))).toEqual(expected);
  expect(refused.has(probe(from, 'itself'))).toBe(false);
});

test('only the gateway to Stripe and its double know Stripe', () => {
  const free = [...folders, ...mayUseStripe].filter((from) => !refused.has(probe(from, 'stripe')));
  expect(free).toEqual(['local', ...mayUseStripe]);
});

test('rules and pages do not read the environment', () => {
  const concepts = folders.filter((from) => /^(shared|web|messages)/.test(from));
  expect(concepts.filter((from) => !refused.has(probe(from, 'environment')))).toEqual([]);
  expect(mayReadEnvironment.filter((from) => refused.has(probe(from, 'environment')))).toEqual([]);
});

function probe(from: string, what: string): string {
  return join(from, `uses-${what.replaceAll('/', '-')}.ts`);
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(place, file)), { recursive: true });
  await writeFile(join(place, file), text);
}

/** The files in which the project's own configuration finds something. */
async function lint(): Promise<ReadonlySet<string>> {
  const rules = ['no-restricted-imports', 'node/no-process-env'];
  const program = join(root, 'node_modules', '.bin', 'oxlint');
  const output = await new Promise<string>((resolve) => {
    // It exits with 1 when it finds something, as it must here.
    execFile(program, ['--format', 'json', '.'], { cwd: place, maxBuffer: 64 * 1024 * 1024 }, (_, stdout) =>
      resolve(stdout),
    );
  });
  const { diagnostics } = report.parse(JSON.parse(output));
  const found = diagnostics.filter(({ code }) =>
    rules.some((rule) => code.includes(rule.split('/').at(-1) ?? rule)),
  );
  return new Set(found.map(({ filename }) => filename));
}
