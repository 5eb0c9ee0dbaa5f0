import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNode, noNodeMessage, projectDir } from './node-runtime.mjs';

/** Plain JavaScript for Node 20: `npm run build`, and the build of `npm start` and `npm test`. */

const shared = ['shared', 'vite.config.ts', 'package-lock.json', 'tsconfig.base.json'];
const bundles = [
  { mode: 'renderer', sources: ['renderer', ...shared], result: 'out/renderer/index.html' },
  { mode: 'main', sources: ['main', ...shared], result: 'out/main/brigade.js' },
  { mode: 'preload', sources: ['main/app/preload.ts', ...shared], result: 'out/preload/preload.cjs' },
];
const stampPath = join(projectDir, 'out', 'stamps.json');

/** @param {string} path below the project @returns {string[]} */
function filesBelow(path) {
  const full = join(projectDir, path);
  if (!existsSync(full)) return [];
  const entries = readdirSync(full, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** @param {readonly string[]} sources */
function hashOf(sources) {
  const hash = createHash('sha256');
  for (const source of sources) {
    const isFile = /\.[a-z]+$/.test(source);
    for (const file of isFile ? [join(projectDir, source)] : filesBelow(source).sort()) {
      if (!existsSync(file)) continue;
      const content = readFileSync(file);
      hash.update(`${file.slice(projectDir.length)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

/** @returns {Record<string, string>} */
function readStamps() {
  try {
    return JSON.parse(readFileSync(stampPath, 'utf8'));
  } catch {
    return {};
  }
}

/** @param {string} node @param {string} mode @returns {Promise<{ ok: boolean, output: string }>} */
function runVite(node, mode) {
  const args = [join(projectDir, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'];
  // The renderer is what Vite builds without being told a mode: React's production build depends on it.
  if (mode !== 'renderer') args.push('--mode', mode);
  return new Promise((resolve) => {
    const child = spawn(node, args, {
      cwd: projectDir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    child.on('error', (failure) => resolve({ ok: false, output: failure.message }));
    child.on('exit', (code) => resolve({ ok: code === 0, output }));
  });
}

/**
 * Builds the bundles whose sources changed since they were last built (by content, so a fresh checkout of the same
 * sources is not built again).
 *
 * @param {{ force?: boolean, log?: (line: string) => void }} [options]
 * @returns {Promise<boolean>} false when a bundle failed; what the bundler said has been logged.
 */
export async function buildWhatChanged({ force = false, log = (line) => process.stderr.write(`${line}\n`) } = {}) {
  const node = findNode();
  if (node === undefined) {
    log(noNodeMessage);
    return false;
  }
  const stamps = readStamps();
  const due = bundles
    .map((bundle) => ({ ...bundle, hash: hashOf(bundle.sources) }))
    .filter(({ mode, hash, result }) => force || stamps[mode] !== hash || !existsSync(join(projectDir, result)));
  if (due.length === 0) return true;
  const startedMs = Date.now();
  log(`Building ${due.map(({ mode }) => mode).join(', ')} …`);
  const outcomes = await Promise.all(
    due.map(async ({ mode, hash }) => {
      const { ok, output } = await runVite(node, mode);
      if (output.trim() !== '') log(output.trimEnd());
      if (ok) stamps[mode] = hash;
      else {
        delete stamps[mode];
        log(`The ${mode} bundle could not be built.`);
      }
      return ok;
    }),
  );
  mkdirSync(join(projectDir, 'out'), { recursive: true });
  writeFileSync(stampPath, JSON.stringify(stamps));
  const ok = outcomes.every(Boolean);
  if (ok) log(`Built in ${((Date.now() - startedMs) / 1000).toFixed(1)} s.`);
  return ok;
}

if (realpathSync(process.argv[1] ?? '') === import.meta.filename) {
  process.exitCode = (await buildWhatChanged({ force: process.argv.includes('--force') })) ? 0 : 1;
}
