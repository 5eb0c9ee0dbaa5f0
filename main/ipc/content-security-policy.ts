/**
 * The window's Content-Security-Policy, sent as a response header by both hosts (app:// and the loopback server).
 * `'self'` covers the web host's own WebSocket. Scripts and style sheets come from our own files only;
 * what places popups and rows sets single properties, which the policy does not forbid.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  // Previews: what plays, and the browser's own viewer of PDFs.
  "media-src 'self'",
  "frame-src 'self'",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
