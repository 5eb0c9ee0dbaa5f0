import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPortFinder } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, createServer } from 'vite';
import { endWithParent, projectDir } from './node-runtime.mjs';

/**
 * `npm run dev`: the window from Vite's own server with hot reload, the engine rebuilt and restarted when its sources
 * change, and the S3 server of this computer with some files in it, all in a temporary data folder.
 */

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`);

endWithParent();
const folder = mkdtempSync(join(tmpdir(), 'brigade-dev-'));
const dataDir = join(folder, 'data');
const brigadeFile = join(projectDir, 'main', 'headless', 'brigade.mjs');

async function findPort() {
  const finder = createPortFinder();
  await new Promise((resolve) => finder.listen(0, '127.0.0.1', resolve));
  const { port } = finder.address();
  await new Promise((resolve) => finder.close(resolve));
  return port;
}

function writeSamples() {
  const samples = join(folder, 'samples');
  const files = {
    'readme.txt': 'Files to play with. They are gone when `npm run dev` ends.\n',
    'invoices/2026-10/invoice-1.csv': 'number,amount\n1,120.50\n',
    'invoices/2026-10/invoice-2.csv': 'number,amount\n2,80.00\n',
    'invoices/2026-11/invoice-3.csv': 'number,amount\n3,17.25\n',
    'names/ä é 日本.txt': 'A name of every kind.\n',
    'names/spaces and (brackets).txt': 'Another.\n',
    'empty/nothing.bin': '',
    'large/40-megabytes.bin': Buffer.alloc(40_000_000, 'brigade '),
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(samples, name, '..'), { recursive: true });
    writeFileSync(join(samples, name), content);
  }
  for (let n = 1; n <= 2000; n++) {
    mkdirSync(join(samples, 'many'), { recursive: true });
    writeFileSync(join(samples, 'many', `file-${String(n).padStart(4, '0')}.txt`), `${n}\n`);
  }
  return samples;
}

/** @type {import('node:child_process').ChildProcess | undefined} */
let engine;
let isEnding = false;

const secret = randomBytes(32).toString('base64url');

/** @param {number} port @param {string} devServerUrl @param {string} samples */
function startEngine(port, devServerUrl, samples) {
  engine = spawn(process.execPath, [brigadeFile, 'serve', '--port', String(port), '--data-dir', dataDir], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      BRIGADE_DEV_SERVER: devServerUrl,
      BRIGADE_DEV_SAMPLES: samples,
      BRIGADE_DEV_SECRET: secret,
    },
  });
}

async function stopEngine() {
  const child = engine;
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function restartEngine() {
  await stopEngine();
  if (!isEnding) startEngine(port, `http://127.0.0.1:${vitePort}`, samples);
}

async function end() {
  if (isEnding) return;
  isEnding = true;
  await stopEngine();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}

const [port, vitePort] = [await findPort(), await findPort()];
const configFile = join(projectDir, 'vite.config.ts');
const vite = await createServer({
  configFile,
  mode: 'development',
  clearScreen: false,
  logLevel: 'warn',
  // The page comes through the engine's port; its hot-reload socket goes straight to Vite.
  server: { host: '127.0.0.1', port: vitePort, strictPort: true, hmr: { host: '127.0.0.1', clientPort: vitePort } },
});
await vite.listen();

// What this build leaves in out/ may be of sources half-way through a change.
rmSync(join(projectDir, 'out', 'stamps.json'), { force: true });
const samples = writeSamples();
const watcher = await build({
  configFile,
  mode: 'main',
  logLevel: 'warn',
  build: { watch: {}, emptyOutDir: false },
});
watcher.on('event', (event) => {
  if (event.code === 'ERROR') say(`The engine could not be built: ${event.error.message}`);
  if (event.code !== 'END' || isEnding || !existsSync(join(projectDir, 'out', 'main', 'brigade.js'))) return;
  void restartEngine();
});
// Vite has put a listener of its own there, which would end the process before the engine has.
process.removeAllListeners('SIGTERM');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end());
