import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'vite';

/**
 * Three bundles, one for each runtime: `vite build` (renderer), `--mode main` (the shell, the brigade command and the
 * worker threads, for Node and Electron), `--mode preload` (one CommonJS file, as a sandboxed preload must be).
 */
const nodeExternals = ['electron', 'better-sqlite3', ...builtinModules, /^node:/];

const renderer: UserConfig = {
  root: 'renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: 'chrome140',
    sourcemap: true,
    chunkSizeWarningLimit: 2000,
  },
};

const main: UserConfig = {
  ssr: { noExternal: true, external: ['electron', 'better-sqlite3'] },
  build: {
    ssr: true,
    outDir: 'out/main',
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    sourcemap: true,
    rollupOptions: {
      input: {
        app: 'main/app/entry.ts',
        brigade: 'main/headless/entry.ts',
        'transfer-worker': 'main/transfers/workers/worker-entry.ts',
        'list-worker': 'main/s3/data-plane/listing/list-worker.ts',
        'index-worker': 'main/automation/index/index-worker.ts',
      },
      external: nodeExternals,
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
};

const preload: UserConfig = {
  ssr: { noExternal: true, external: ['electron'] },
  build: {
    ssr: 'main/app/preload.ts',
    outDir: 'out/preload',
    emptyOutDir: true,
    target: 'chrome140',
    minify: false,
    rollupOptions: { external: ['electron'], output: { format: 'cjs', entryFileNames: 'preload.cjs' } },
  },
};

/** The window on invented data keeps its listings in the engine's own index. */
const withSamples: UserConfig = {
  ...renderer,
  resolve: { alias: { 'node:buffer': fileURLToPath(new URL('renderer/dev/node-buffer.ts', import.meta.url)) } },
};

export default defineConfig(({ mode, command }) =>
  mode === 'main' ? main : mode === 'preload' ? preload : command === 'serve' ? withSamples : renderer,
);
