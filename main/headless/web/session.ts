import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The way into the web host: a token that is good once, exchanged for a cookie that is good until the host ends. */
export interface WebSessions {
  readonly token: string;
  /** The Set-Cookie header for a right token, which is used up by it; null for any other. */
  redeem(token: string): string | null;
  /** True when the Cookie header carries a session of this host. */
  admits(cookieHeader: string | undefined): boolean;
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Takes the same time wherever the difference is, and however long the texts are. */
function isSame(text: string, digest: Buffer): boolean {
  return timingSafeEqual(digestOf(text), digest);
}

/**
 * `port` is part of the cookie's name: cookies are shared by all ports of a host, and several hosts may run. `secret`
 * (development only) gives the same session again after a restart.
 */
export function openSessions(port: number, secret?: string): WebSessions {
  const token = randomBytes(32).toString('base64url');
  const session = secret ?? randomBytes(32).toString('base64url');
  const cookieName = `brigade-${port}`;
  const [tokenDigest, sessionDigest] = [digestOf(token), digestOf(session)];
  let isTokenUsed = false;
  return {
    token,
    redeem: (given) => {
      if (isTokenUsed || !isSame(given, tokenDigest)) return null;
      isTokenUsed = true;
      return `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`;
    },
    admits: (cookieHeader) =>
      (cookieHeader ?? '').split(';').some((pair) => {
        const [name, value] = pair.trim().split('=', 2);
        return name === cookieName && value !== undefined && isSame(value, sessionDigest);
      }),
  };
}
