// Prepares this machine: the packages, Node 24 among them, and a Java for DynamoDB Local. It runs before
// anything is installed, on whatever Node (20 or newer) the machine has: so plain JavaScript, and only
// `node:` modules. `--quiet` says nothing when there is nothing to do.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installJava, recordedJava } from './setup/java.mjs';
import { withLock } from './setup/lock.mjs';
import { installPackages, packagesReady } from './setup/packages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const quiet = process.argv.includes('--quiet');
/** Standard output stays free for what the npm script prints itself. */
const say = (line) => process.stderr.write(`${line}\n`);

const ready = () => packagesReady(root) && recordedJava(root) !== undefined;

try {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 20) throw new Error(`Node 20 or newer is needed; this is ${process.version}.`);
  if (!ready()) {
    await withLock(join(root, '.local', 'setup.lock'), say, async () => {
      if (!packagesReady(root)) await installPackages(root, say);
      if (recordedJava(root) === undefined) await installJava(root, say);
    });
  }
  const java = recordedJava(root);
  if (!quiet) say(`Ready: packages installed, Java ${java?.version} at ${java?.java}`);
} catch (error) {
  say(`\nSet-up stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
