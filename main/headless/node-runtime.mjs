import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Plain JavaScript for Node 20 without packages: it runs before anything is installed or built. */

/** The folder of package.json. */
export const projectDir = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Below this better-sqlite3's N-API 10 module crashes the process, and import.meta.main does not exist. */
const neededVersion = [22, 18];
const parentVariable = 'BRIGADE_STARTED_BY_OLDER_NODE';

/** True when the engine can run in this very process. */
export function thisNodeCanRunTheEngine() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > neededVersion[0] || (major === neededVersion[0] && minor >= neededVersion[1]);
}

/**
 * For a Node that runs the engine. What it allocates dies young or stays: with Node's own 16 MB a generation, moving small
 * files takes 25 MB more memory and no less time. The first line of brigade.mjs says the same.
 */
export const engineNodeOptions = ['--max-semi-space-size=4'];

/** @returns {string | undefined} a Node that can run the engine: this one, or the one that came with `npm ci`. */
export function findNode() {
  if (thisNodeCanRunTheEngine()) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const path = join(
    projectDir,
    'node_modules',
    `node-${platform}-${process.arch}`,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  return existsSync(path) ? path : undefined;
}

/** What to tell a person when findNode() has no answer. */
export const noNodeMessage =
  `Bucket Brigade needs Node ${neededVersion.join('.')} or newer to run; this is ${process.versions.node}. ` +
  'Install a newer Node from https://nodejs.org, or run `npm ci` here on Linux or Windows, which brings one along.';

/** @param {string} name @returns {string | undefined} */
function findProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder !== '' && existsSync(path)) return path;
  }
  return undefined;
}

/**
 * Runs a Node program so that, seen from outside, it and this process are one: signals and the exit code pass through,
 * standard streams are shared, and killing this process (SIGKILL too) ends the other. Never returns normally: resolves
 * only after having set up the end of this process.
 *
 * @param {string} node
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 */
export function becomeNode(node, args, { env = process.env } = {}) {
  const setpriv = process.platform === 'linux' ? findProgram('setpriv') : undefined;
  const line = setpriv ? [setpriv, '--pdeathsig', 'KILL', node, ...args] : [node, ...args];
  const child = spawn(line[0], line.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...env, [parentVariable]: '1' },
  });
  // On Windows the console tells the child itself, and kill() would end it at once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => process.platform === 'win32' || child.kill(signal));
  }
  child.on('error', (failure) => {
    process.stderr.write(`${node} could not be started: ${failure.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** In a program started by becomeNode(): dies with the process that started it, however that one ends. */
export function endWithParent() {
  if (process.env[parentVariable] === undefined) return;
  delete process.env[parentVariable];
  if (process.channel === undefined || process.channel === null) return;
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}
