import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/**
 * Builds the renderer into a folder of its own and fails when what the window loads before it shows anything is more
 * than the limit: the scripts and styles that index.html names, and what those import at once. Chunks that are imported
 * later are told, but not limited.
 */
const limitBytes = 350_000;

const projectDir = fileURLToPath(new URL('..', import.meta.url));
const outDir = mkdtempSync(join(tmpdir(), 'brigade-bundle-'));

/** @param {number} bytes */
const inKb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
/** @param {string} path */
const zippedBytes = (path) => gzipSync(readFileSync(join(outDir, path)), { level: 9 }).length;

/** The scripts and styles the page waits for, by path in the build. */
function initialFiles() {
  const html = readFileSync(join(outDir, 'index.html'), 'utf8');
  const due = Array.from(html.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g), ([, path]) => path ?? '');
  const found = new Set(due);
  for (let path = due.pop(); path !== undefined; path = due.pop()) {
    if (!path.endsWith('.js')) continue;
    const script = readFileSync(join(outDir, path), 'utf8');
    for (const [, imported] of script.matchAll(/(?:\bfrom|\bimport)\s*["'](\.[^"']+\.js)["']/g)) {
      const target = join(dirname(path), imported ?? '').replaceAll('\\', '/');
      if (found.has(target)) continue;
      found.add(target);
      due.push(target);
    }
  }
  return [...found];
}

try {
  await build({
    configFile: join(projectDir, 'vite.config.ts'),
    root: join(projectDir, 'renderer'),
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true, sourcemap: false },
  });
  const initial = initialFiles().map((path) => ({ path, bytes: zippedBytes(path) }));
  const total = initial.reduce((sum, { bytes }) => sum + bytes, 0);
  const later = readdirSync(join(outDir, 'assets'))
    .map((name) => `assets/${name}`)
    .filter((path) => /\.(?:js|css)$/.test(path) && !initial.some((file) => file.path === path));
  const laterBytes = later.reduce((sum, path) => sum + zippedBytes(path), 0);
  if (total > limitBytes) {
    for (const { path, bytes } of initial.toSorted((a, b) => b.bytes - a.bytes)) {
      process.stdout.write(`${inKb(bytes).padStart(10)}  ${path}\n`);
    }
    process.exitCode = 1;
  }
  process.stdout.write(
    `${inKb(total)} gzipped at first, of ${inKb(limitBytes)} allowed; ${inKb(laterBytes)} in ${later.length} files later\n`,
  );
} finally {
  rmSync(outDir, { recursive: true, force: true });
}
