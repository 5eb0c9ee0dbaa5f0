import { protocol } from 'electron';
import { appScheme } from './app-url.ts';
import { serveRenderer, type ServedPages } from './serve-renderer.ts';

/** Before `ready`: makes app:// a standard, secure origin with fetch. Throws when called later (Electron does). */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** After `ready`: serves the built renderer on app://. */
export function handleAppScheme(rendererDir: string, pages: ServedPages): void {
  protocol.handle(appScheme, (request) => serveRenderer(request, rendererDir, pages));
}
