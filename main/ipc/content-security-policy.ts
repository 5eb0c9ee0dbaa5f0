/**
 * The window's Content-Security-Policy, sent as a response header by both hosts (app:// and the loopback server).
 * `'self'` covers the web host's own WebSocket. Inline styles are allowed because the UI library places its popups
 * with them; scripts come from our own files only.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
