import { isIP } from 'node:net';
import { getProxyForUrl } from 'proxy-from-env';

/** A server as its connections are told apart: those to the same one may carry each other's requests. */
export type Origin = {
  readonly protocol: 'http:' | 'https:';
  /** As in a URL: an IPv6 address has brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly tls: { readonly verify: boolean; readonly caBundle?: string | undefined };
};

export type Proxy = {
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  readonly port: number;
  /** Value of Proxy-Authorization; null when its address has no name and password. */
  readonly authorization: string | null;
};

const defaultPorts = { 'http:': 80, 'https:': 443 } as const;

/** The environment does not change while a program runs, and reading it is not cheap. */
const known = new WeakMap<Origin, Proxy | null>();

/**
 * The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name for this server; null: none. Throws TypeError for one that is
 * no address. ALL_PROXY counts as little as it does for the SDK's requests: both must take the same way.
 */
export function proxyFor(origin: Origin): Proxy | null {
  let proxy = known.get(origin);
  if (proxy === undefined) known.set(origin, (proxy = findProxy(origin)));
  return proxy;
}

function findProxy({ protocol, hostname, port }: Origin): Proxy | null {
  const name = protocol === 'http:' ? 'http_proxy' : 'https_proxy';
  if (!process.env[name] && !process.env[name.toUpperCase()]) return null;
  const text = getProxyForUrl(`${protocol}//${hostname}:${port}`);
  if (text === '') return null;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('a proxy must be http or https');
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port === '' ? defaultPorts[url.protocol] : Number(url.port),
    authorization: login === ':' ? null : `Basic ${Buffer.from(login).toString('base64')}`,
  };
}

/** For `net.connect`. */
export function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** For TLS: addresses have none. */
export function serverName(hostname: string): string | undefined {
  const bare = bareHost(hostname);
  return isIP(bare) === 0 ? bare : undefined;
}
