const suffix = 'stand-in.invalid';

/** app://host/path is https://host.app.stand-in.invalid/path inside Chromium, which knows no scheme from outside. */
export function toChromiumUrl(url: string, schemes: ReadonlySet<string>): string {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(url);
  const [, scheme = '', host = '', rest = ''] = match ?? [];
  return match && schemes.has(scheme) ? `https://${host}.${scheme}.${suffix}${rest || '/'}` : url;
}

export function fromChromiumUrl(url: string): string {
  const match = new RegExp(`^https://([^/?#]*)\\.([a-z0-9+-]+)\\.${suffix.replace('.', '\\.')}(.*)$`, 'is').exec(url);
  const [, host = '', scheme = '', rest = ''] = match ?? [];
  return match ? `${scheme}://${host}${rest}` : url;
}

export const customSchemePattern = `https://*.${suffix}/*`;

/** Serialised origin, as WebFrameMain.origin has it; opaque ones are 'null'. */
export function originOf(url: string): string {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)/i.exec(url);
  return match ? `${match[1]}://${match[2]}` : 'null';
}
