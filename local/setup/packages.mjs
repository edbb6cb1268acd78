import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

const NODE_MAJOR = 24;

const stampFile = (root) => join(root, 'node_modules', '.startline-setup');
const hiddenLockFile = (root) => join(root, 'node_modules', '.package-lock.json');
const nodeFile = (root) =>
  process.platform === 'win32'
    ? join(root, 'node_modules', 'node', 'bin', 'node.exe')
    : join(root, 'node_modules', '.bin', 'node');

/** Whether what is installed is what package.json and package-lock.json ask for. Reads three small files. */
export function packagesReady(root) {
  if (!existsSync(stampFile(root)) || !existsSync(nodeFile(root))) return false;
  return readFileSync(stampFile(root), 'utf8') === wanted(root);
}

/**
 * Installs the packages unless npm's own record says that they are there already (someone ran npm by hand).
 * The stamp is removed first and written last, so an interrupted installation is never taken for a good one.
 */
export async function installPackages(root, say) {
  rmSync(stampFile(root), { force: true });
  const asked = wanted(root);
  if (!matchesLock(root)) {
    say('Installing the packages (about a minute, and only when they change) ...');
    // Without npm's record the folder is the rest of an interrupted installation: nothing in it can be trusted.
    if (!existsSync(hiddenLockFile(root)))
      rmSync(join(root, 'node_modules'), { recursive: true, force: true });
    rmSync(hiddenLockFile(root), { force: true });
    // Not `npm ci`: it refuses a lock file that lacks the optional packages of some other platform.
    const code = await npm(root, ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
    if (code !== 0) {
      throw new Error(
        'npm could not install the packages (see above). Check the network and the registry that npm is set to, ' +
          'then run this again.',
      );
    }
  }
  if (!(await hasNode(root))) {
    say(`Fetching Node ${NODE_MAJOR} ...`);
    await npm(root, ['rebuild', 'node', 'esbuild']);
    if (!(await hasNode(root))) {
      throw new Error(
        `the package "node" brought no Node ${NODE_MAJOR}: its install script did not run or could not download. ` +
          `Run \`npm rebuild node esbuild\` to see why, or use Node ${NODE_MAJOR} on this machine.`,
      );
    }
  }
  writeFileSync(stampFile(root), asked);
}

/** The lock file, the dependencies asked for, and the platform (a folder may be shared with a container). */
function wanted(root) {
  const { dependencies, devDependencies, allowScripts } = readJson(join(root, 'package.json'));
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(JSON.stringify({ dependencies, devDependencies, allowScripts }))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
}

/** npm ends an installation by writing what it installed; packages for other platforms are not in it. */
function matchesLock(root) {
  if (!existsSync(hiddenLockFile(root))) return false;
  const { packages: locked } = readJson(join(root, 'package-lock.json'));
  const { packages: installed } = readJson(hiddenLockFile(root));
  const manifest = readJson(join(root, 'package.json'));
  const isSame = (name) => JSON.stringify(locked['']?.[name] ?? {}) === JSON.stringify(manifest[name] ?? {});
  if (!isSame('dependencies') || !isSame('devDependencies')) return false;
  return Object.entries(locked).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    return found
      ? found.integrity === entry.integrity && existsSync(join(root, path))
      : entry.optional === true;
  });
}

async function hasNode(root) {
  if (!existsSync(nodeFile(root))) return false;
  const { code, output } = await run(nodeFile(root), ['--version'], { capture: true });
  return code === 0 && Number(/^v(\d+)/.exec(output)?.[1]) >= NODE_MAJOR;
}

/** Runs npm by the machine's own Node where there is one: the project's may be about to be replaced. */
async function npm(root, args) {
  const outside = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'));
  const env = { ...process.env, PATH: outside.join(delimiter) };
  const cli = process.env.npm_execpath;
  const hasCli = cli !== undefined && /npm-cli\.[cm]?js$/.test(cli) && existsSync(cli);
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const machineNode = outside.map((folder) => join(folder, name)).find((file) => existsSync(file));
  const { code } = hasCli
    ? await run(machineNode ?? process.execPath, [cli, ...args], { cwd: root, env })
    : await run('npm', args, { cwd: root, env, shell: process.platform === 'win32' });
  return code;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
