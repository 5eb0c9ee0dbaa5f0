import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWhatChanged } from './build.mjs';
import { installPackages, isInstalled } from './install.mjs';
import { becomeNode, endWithParent, engineNodeOptions, findNode, noNodeMessage, projectDir } from './node-runtime.mjs';

/**
 * `npm start` and `npm run dev`, plain JavaScript for Node 20: installs what is missing, builds what changed and opens
 * the window, in Electron where that can be had and otherwise in a browser. Only results go to standard output.
 */

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`);

async function start() {
  endWithParent();
  endWithNpm();
  const args = process.argv.slice(2);
  if (!isInstalled() && !(await installPackages(say))) return 1;
  const node = findNode();
  if (node === undefined) {
    say(noNodeMessage);
    return 1;
  }
  if (args[0] === '--dev') {
    becomeNode(node, [join(projectDir, 'main', 'headless', 'dev.mjs'), ...args.slice(1)]);
    return undefined;
  }
  if (!(await buildWhatChanged())) return 1;
  const { findElectron } = await import(pathToFileURL(join(projectDir, 'main', 'app', 'find-electron.mjs')).href);
  const electron = await findElectron(projectDir);
  if ('path' in electron) {
    openElectron(electron, args);
    return undefined;
  }
  say(`${electron.reason} The same window opens in a browser instead.`);
  const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const brigade = join(projectDir, 'main', 'headless', 'brigade.mjs');
  becomeNode(node, [...engineNodeOptions, brigade, 'serve', ...(hasDisplay ? ['--open'] : []), ...args]);
  return undefined;
}

/**
 * Where `sh` is dash, a signal to npm ends npm and its shell but never arrives here: what was started would live on
 * without a terminal and keep the data folder. It ends as with SIGTERM.
 */
function endWithNpm() {
  if (process.platform === 'win32' || process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  setInterval(() => process.ppid !== shell && process.kill(process.pid, 'SIGTERM'), 500).unref();
}

/** @param {{ path: string, args: string[] }} electron @param {readonly string[]} args */
function openElectron(electron, args) {
  const child = spawn(electron.path, [...electron.args, projectDir, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (failure) => {
    say(`Electron could not be started: ${failure.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
}

const code = await start();
if (code !== undefined) process.exitCode = code;
