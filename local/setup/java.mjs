import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

/** DynamoDB Local 3 asks for 17; any newer Java runs it too. */
const JAVA_MAJOR = 17;
const javaName = process.platform === 'win32' ? 'java.exe' : 'java';

const recordFile = (root) => join(root, '.local', 'java.json');
const ownJava = (root) => join(root, '.local', 'java');

/** The Java found by an earlier run, as `{ java, version }`, if it is still there. Starts no process. */
export function recordedJava(root) {
  try {
    const record = JSON.parse(readFileSync(recordFile(root), 'utf8'));
    return typeof record.java === 'string' && existsSync(record.java) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Finds a Java, or installs one, and records it in `.local/java.json`. */
export async function installJava(root, say) {
  let found = await findJava(root);
  if (!found && (await installByApt(say))) found = await findJava(root);
  if (!found && (await installByNjre(root, say))) found = await findJava(root);
  if (!found) throw new Error(`Java ${JAVA_MAJOR} or newer is needed. ${advice()}`);
  mkdirSync(join(root, '.local'), { recursive: true });
  writeFileSync(recordFile(root), `${JSON.stringify(found)}\n`);
}

async function findJava(root) {
  for (const java of new Set(candidates(root))) {
    if (!existsSync(java)) continue;
    const { code, output } = await run(java, ['-version'], { capture: true });
    const version = /version "(?<version>\d+[^"]*)"/.exec(output)?.groups?.version;
    if (code === 0 && version && Number.parseInt(version, 10) >= JAVA_MAJOR) return { java, version };
  }
  return undefined;
}

function* candidates(root) {
  if (process.env.JAVA_HOME) yield join(process.env.JAVA_HOME, 'bin', javaName);
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder) yield join(folder, javaName);
  }
  for (const release of foldersIn(join(ownJava(root), 'jre'))) {
    yield join(release, 'bin', javaName);
    yield join(release, 'Contents', 'Home', 'bin', javaName);
  }
  // Where packages of Linux distributions and Homebrew put it without putting it on PATH.
  for (const home of foldersIn('/usr/lib/jvm')) yield join(home, 'bin', javaName);
  yield join('/opt/homebrew/opt/openjdk/bin', javaName);
  yield join('/usr/local/opt/openjdk/bin', javaName);
}

function foldersIn(folder) {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Debian and Ubuntu, as root: the lowest release of 17 or newer that the distribution offers. */
async function installByApt(say) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  if (!existsSync('/etc/debian_version') || !existsSync('/usr/bin/apt-get')) return false;
  say('Installing a Java runtime by apt-get ...');
  await run('/usr/bin/apt-get', ['update', '-q']);
  const { output } = await run('/usr/bin/apt-cache', ['pkgnames', 'openjdk-'], { capture: true });
  const releases = [...output.matchAll(/^openjdk-(\d+)-jre-headless$/gm)]
    .map((match) => Number(match[1]))
    .filter((release) => release >= JAVA_MAJOR)
    .sort((a, b) => a - b);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const release of releases) {
    const name = `openjdk-${release}-jre-headless`;
    const { code } = await run('/usr/bin/apt-get', ['install', '-y', '-q', '--no-install-recommends', name], {
      env,
    });
    if (code === 0) return true;
  }
  return false;
}

/** A private runtime in `.local/java`: unpacked beside it first, so that half of one is never found. */
async function installByNjre(root, say) {
  say('Downloading a Java runtime from adoptium.net into .local/java (about 45 MB) ...');
  mkdirSync(join(root, '.local'), { recursive: true });
  const unpacked = mkdtempSync(join(root, '.local', 'java-download-'));
  try {
    const { install } = createRequire(join(root, 'package.json'))('njre');
    await install(JAVA_MAJOR, { type: 'jre', installPath: join(unpacked, 'here') });
    rmSync(ownJava(root), { recursive: true, force: true });
    renameSync(unpacked, ownJava(root));
    return true;
  } catch (error) {
    say(`The download failed: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

function advice() {
  const get = {
    linux:
      'Get it by `sudo apt install openjdk-17-jre-headless` (Debian 12, Ubuntu), `sudo apt install openjdk-21-jre-headless` (Debian 13) or `sudo dnf install java-21-openjdk-headless` (Fedora)',
    darwin: 'Get it by `brew install openjdk`',
    win32: 'Get it by `winget install EclipseAdoptium.Temurin.21.JRE`',
  }[process.platform];
  return `${get ?? 'Get it from https://adoptium.net'}, or set JAVA_HOME to one; then run this again.`;
}
