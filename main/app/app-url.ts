/** The window's own origin. A standard, secure scheme: relative URLs, fetch and 'self' in the CSP work as on the web. */
export const appScheme = 'app';
export const appHost = 'bucket-brigade';
export const indexUrl = `${appScheme}://${appHost}/index.html`;

/** Chromium's viewer of PDFs is an extension that is part of it and has always had this name. */
export const pdfViewerOrigin = 'chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai';

/** True for URLs of our own origin; anything that does not parse is not ours. */
export function isOwnUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === `${appScheme}:` && host === appHost && username === '' && password === '';
}

/** What a window.open or a target=_blank link may hand to the system's browser: https and nothing else. */
export function isSafeExternalUrl(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:';
}

/** The same document of our own origin, whatever the part after `#`. */
export function isSamePage(url: string, current: string): boolean {
  return isOwnUrl(url) && url.split('#')[0] === current.split('#')[0];
}
