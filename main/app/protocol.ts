import { protocol } from 'electron';
import { appScheme } from './app-url.ts';
import type { Engine } from '../engine-types.ts';
import { previewIdOf, servePreview } from './serve-preview.ts';
import { serveRenderer, type ServedPages } from './serve-renderer.ts';

/** Before `ready`: makes app:// a standard, secure origin with fetch. Throws when called later (Electron does). */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: appScheme,
      // stream: sound and film are played while they come.
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

/** After `ready`: serves the built renderer on app://, and the engine's open previews. */
export function handleAppScheme(rendererDir: string, pages: ServedPages, engine: Promise<Engine>): void {
  protocol.handle(appScheme, async (request) => {
    const previewId = previewIdOf(request.url);
    return previewId === null
      ? serveRenderer(request, rendererDir, pages)
      : servePreview(request, await engine, previewId);
  });
}
