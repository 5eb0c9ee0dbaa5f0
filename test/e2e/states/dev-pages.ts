import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';

const project = fileURLToPath(new URL('../../../', import.meta.url));

export type DevPages = { readonly url: string; stop(): Promise<void> };

/** Builds pages of the renderer's development (`dev.html`, the window on invented data) and serves them on 127.0.0.1. */
export async function serveDevPages(pages: readonly string[]): Promise<DevPages> {
  const outDir = await mkdtemp(join(tmpdir(), 'brigade-pages-'));
  const configFile = join(project, 'vite.config.ts');
  const root = join(project, 'renderer');
  await build({
    configFile,
    root,
    logLevel: 'warn',
    // As the development server does: the engine's index of rows runs in the page.
    resolve: { alias: { 'node:buffer': join(root, 'dev/node-buffer.ts') } },
    build: {
      outDir,
      emptyOutDir: true,
      sourcemap: false,
      rollupOptions: { input: pages.map((page) => join(root, page)) },
    },
  });
  const server = await preview({
    configFile,
    root,
    logLevel: 'silent',
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0, strictPort: false },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('The pages have no address.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
