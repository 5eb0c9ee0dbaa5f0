import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { build, preview } from 'vite';
import { axeFile } from '../window-actions.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));

export type DevPages = {
  readonly url: string;
  /** Gives a page of these axe, once for each time that it is opened, from its own server: the browser keeps it compiled. */
  loadAxe(page: Page): Promise<void>;
  stop(): Promise<void>;
};

/** Builds a page of the renderer's development (`dev.html`, say) and serves it on 127.0.0.1. */
export async function serveDevPages(page: string): Promise<DevPages> {
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
      // In one piece: they are opened some hundred times, and each piece is asked for.
      rolldownOptions: { output: { codeSplitting: false }, input: join(root, page) },
    },
  });
  await copyFile(axeFile, join(outDir, 'axe.min.js'));
  const server = await preview({
    configFile,
    root,
    logLevel: 'silent',
    build: { outDir },
    // Nothing of it changes while it is served: a page that is opened again asks for nothing.
    preview: { host: '127.0.0.1', port: 0, strictPort: false, headers: { 'cache-control': 'max-age=86400' } },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('The pages have no address.');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    async loadAxe(shown) {
      if (await shown.evaluate(() => 'axe' in globalThis)) return;
      await shown.addScriptTag({ url: `${url}/axe.min.js` });
    },
    async stop() {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
