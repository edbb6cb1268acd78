import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
const output = join(root, '.local', 'web');
const stamp = join(output, '.built-from');
/** Everything the pages' scripts and styles are made from. */
const inputs = ['web', 'messages', 'shared/contracts', 'vite.config.ts', 'package-lock.json'];

/** Builds the pages' scripts and styles if their sources changed since; returns the folder. */
export async function builtWeb(): Promise<string> {
  const sources = digest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return output;
  await build({ root, logLevel: 'warn', build: { outDir: output, emptyOutDir: true } });
  mkdirSync(output, { recursive: true });
  writeFileSync(stamp, sources);
  return output;
}

function digest(): string {
  const hash = createHash('sha256');
  for (const input of inputs)
    for (const file of filesOf(join(root, input))) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}
