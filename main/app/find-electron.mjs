import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';

/** Plain Node 20, no packages: `npm start` and `npm run dist` ask here before anything of ours is built. */

const probeTimeoutMs = 1500;
const downloadTimeoutMs = 5 * 60_000;
/** A download that failed although the host answered is not tried again on every start. */
const failedDownloadRestMs = 24 * 60 * 60_000;

/**
 * The Electron binary this project can be started with, or in one plain sentence why there is none. Looks at
 * ELECTRON_OVERRIDE_DIST_PATH, then at the npm package's own dist folder, then downloads it once (about a second and a half when
 * the host cannot be reached). Without a display the binary is of no use, so that is asked first.
 *
 * @param {string} projectDir
 * @param {{ needsDisplay?: boolean }} [options]
 * @returns {Promise<{ path: string, args: string[] } | { reason: string }>} `args` go before the app's own.
 */
export async function findElectron(projectDir, { needsDisplay = true } = {}) {
  if (needsDisplay && process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return { reason: 'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set).' };
  }
  const overrideDir = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (overrideDir) {
    const path = join(overrideDir, binaryName());
    return isFile(path) ? found(path) : { reason: `ELECTRON_OVERRIDE_DIST_PATH is set, but there is no ${path}.` };
  }
  const packageDir = join(projectDir, 'node_modules', 'electron');
  if (!existsSync(join(packageDir, 'package.json'))) {
    return { reason: 'The electron package is not installed.' };
  }
  const installed = installedBinary(packageDir);
  if (installed) return found(installed);
  const failure = await download(projectDir, packageDir);
  if (failure) return { reason: failure };
  const downloaded = installedBinary(packageDir);
  return downloaded
    ? found(downloaded)
    : { reason: 'Electron was downloaded, but its binary is not where it should be.' };
}

/** @param {string} path */
function found(path) {
  // Chromium's sandbox refuses to start as root; the alternative would be no window at all.
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return { path, args: isRoot ? ['--no-sandbox'] : [] };
}

function binaryName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/** @param {string} packageDir */
function installedBinary(packageDir) {
  const path = join(packageDir, 'dist', binaryName());
  if (!isFile(path)) return undefined;
  const versionFile = join(packageDir, 'dist', 'version');
  if (!existsSync(versionFile)) return undefined;
  return readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') === packageVersion(packageDir) ? path : undefined;
}

/** @param {string} packageDir */
function packageVersion(packageDir) {
  return JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')).version;
}

/**
 * @param {string} projectDir
 * @param {string} packageDir
 * @returns {Promise<string | undefined>} why it failed
 */
async function download(projectDir, packageDir) {
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) {
    return 'Electron has not been downloaded (ELECTRON_SKIP_BINARY_DOWNLOAD is set).';
  }
  const mirror = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/';
  const proxy = process.env.HTTPS_PROXY ?? process.env.https_proxy;
  const address = hostAndPort(proxy || mirror);
  if (!address) return `Electron cannot be downloaded: ${proxy || mirror} is not an address.`;
  if (!(await answers(address))) {
    return `Electron's binary is not here and cannot be downloaded: ${address.host} does not answer.`;
  }
  const note = join(
    projectDir,
    'node_modules',
    '.cache',
    'bucket-brigade',
    `electron-${packageVersion(packageDir)}.failed`,
  );
  if (existsSync(note) && Date.now() - statSync(note).mtimeMs < failedDownloadRestMs) {
    return "Electron's download failed less than a day ago; `npx install-electron` tries again.";
  }
  if (await runInstaller(projectDir, packageDir)) return undefined;
  mkdirSync(dirname(note), { recursive: true });
  writeFileSync(note, '');
  return "Electron's binary could not be downloaded; `npx install-electron` tries again.";
}

/** @param {string} projectDir @param {string} packageDir @returns {Promise<boolean>} */
function runInstaller(projectDir, packageDir) {
  process.stderr.write('Downloading Electron (once, about 120 MB) …\n');
  return new Promise((resolve) => {
    const child = spawn(nodeForPackages(projectDir), [join(packageDir, 'install.js')], {
      stdio: ['ignore', 'ignore', 'ignore'],
      // The proxy agent of Electron's downloader listens to its own variable.
      env: { ...process.env, ELECTRON_GET_USE_PROXY: '1' },
    });
    const timer = setTimeout(() => child.kill(), downloadTimeoutMs);
    child.on('error', () => {
      clearTimeout(timer);
      resolve(false);
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

/** Electron's installer wants Node 22; the project brings its own. @param {string} projectDir */
function nodeForPackages(projectDir) {
  const own = join(
    projectDir,
    'node_modules',
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  );
  const binary = join(own, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return isFile(binary) ? binary : process.execPath;
}

/** @param {string} address */
function hostAndPort(address) {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  return { host: url.hostname, port: Number(url.port || (url.protocol === 'http:' ? 80 : 443)) };
}

/**
 * Whether something answers at the address (or at the proxy that leads there), within a second and a half.
 *
 * @param {string} address
 * @returns {Promise<boolean>}
 */
export async function canReach(address) {
  const place = hostAndPort(process.env.HTTPS_PROXY ?? process.env.https_proxy ?? address);
  return place !== undefined && (await answers(place));
}

/** @param {{ host: string, port: number }} address @returns {Promise<boolean>} */
function answers({ host, port }) {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (/** @type {boolean} */ answered) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answered);
    };
    const timer = setTimeout(() => end(false), probeTimeoutMs);
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** @param {string} path */
function isFile(path) {
  return existsSync(path) && statSync(path).isFile();
}
