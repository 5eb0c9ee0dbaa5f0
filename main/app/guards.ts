import { app, type Session, session, shell, type WebContents } from 'electron';
import { isOwnUrl, isSafeExternalUrl, isSamePage, pdfViewerOrigin } from './app-url.ts';
import { previewIdOf } from './serve-preview.ts';

/** Writing text is what "Copy" needs; every other permission a page could ask for is denied. */
const grantedPermissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** Denies permissions and devices, and keeps every web contents on our own origin. Call once, after `ready`. */
export function guardSession(): void {
  guardPermissions(session.defaultSession);
  app.on('web-contents-created', (_event, contents) => guardNavigation(contents));
}

function guardPermissions(guarded: Session): void {
  const mayHave = (permission: string, url: string): boolean => grantedPermissions.has(permission) && isOwnUrl(url);
  guarded.setPermissionRequestHandler((contents, permission, callback) => {
    callback(mayHave(permission, contents.getURL()));
  });
  guarded.setPermissionCheckHandler((_contents, permission, origin) => mayHave(permission, origin));
  guarded.setDevicePermissionHandler(() => false);
}

function guardNavigation(contents: WebContents): void {
  // A page may load itself again; everything else would leave a window without its app.
  contents.on('will-navigate', (event) => {
    if (!isSamePage(event.url, contents.getURL())) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    // A frame shows a preview (a PDF, in the viewer that Chromium puts inside) and nothing else.
    const isPreview = previewIdOf(event.url) !== null || event.url.startsWith(`${pdfViewerOrigin}/`);
    if (!event.isMainFrame && !isPreview) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    // A failure to start the browser is the system's to report; the window stays as it is either way.
    if (isSafeExternalUrl(url)) void shell.openExternal(url).catch(() => {});
    return { action: 'deny' };
  });
}
