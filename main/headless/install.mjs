import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNode, projectDir } from './node-runtime.mjs';

/** Plain JavaScript for Node 20: the npm packages, for `npm start` and `npm test` on a fresh clone. */

const attempts = 3;

/** @param {string} path @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> | undefined} */
function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** True when node_modules holds what the lockfile says: npm keeps a lockfile of its own in it. */
export function isInstalled() {
  const wanted = packagesOf(join(projectDir, 'package-lock.json'));
  const present = packagesOf(join(projectDir, 'node_modules', '.package-lock.json'));
  if (present === undefined) return false;
  if (wanted === undefined) return true;
  const isThere = Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || present[path]?.version === version || (present[path] === undefined && (optional || devOptional)),
  );
  return isThere && findNode() !== undefined;
}

/**
 * `npm ci`, again after a pause when the network fails. npm's words go to standard error.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<boolean>}
 */
export async function installPackages(say) {
  // Without a lockfile there is nothing that `npm ci` could be exact about.
  const action = existsSync(join(projectDir, 'package-lock.json')) ? 'ci' : 'install';
  const npm = process.env.npm_execpath;
  // What the packages say about Node is about another one: ours comes with them.
  const words = [action, '--loglevel=error'];
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm, ...words]] : ['npm', words];
  for (let attempt = 1; attempt <= attempts; attempt++) {
    say(`Installing packages (npm ${action}) …`);
    const { status } = spawnSync(command, args, {
      cwd: projectDir,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32' && command === 'npm',
    });
    if (status === 0) return true;
    if (attempt < attempts) await new Promise((resolve) => setTimeout(resolve, 3000 * attempt));
  }
  say('The packages could not be installed: see above what npm says. Run the same command again with a network.');
  return false;
}
