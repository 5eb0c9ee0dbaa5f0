import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import { contentSecurityPolicy } from '../ipc/content-security-policy.ts';
import { isOwnUrl } from './app-url.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

const commonHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

/** The HTML of the page shown instead of the window when the engine could not be opened. */
export interface ServedPages {
  readonly [path: string]: () => string;
}

/**
 * Answers a request of the window's own origin from the built renderer: GET, existing files below `rendererDir` of a
 * known type, and nothing else. Every answer carries the content policy, refusals too. A path that leaves the folder,
 * encoded or not, is refused with 403 before the file system is asked.
 */
export async function serveRenderer(
  request: { readonly url: string; readonly method: string },
  rendererDir: string,
  pages: ServedPages = {},
): Promise<Response> {
  if (request.method !== 'GET') return refuse(405, 'Only GET.');
  if (!isOwnUrl(request.url)) return refuse(403, 'Not this origin.');
  const path = decodePath(new URL(request.url).pathname);
  if (path === undefined) return refuse(403, 'Not a path in the window.');
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (page) return answer(page(), '.html');

  const file = resolve(join(rendererDir, path === '/' ? 'index.html' : path));
  if (!file.startsWith(resolve(rendererDir) + sep)) return refuse(403, 'Not a path in the window.');
  const extension = extname(file);
  if (!Object.hasOwn(contentTypes, extension)) return refuse(404, 'No such file.');
  try {
    return answer(await readFile(file), extension);
  } catch {
    return refuse(404, 'No such file.');
  }
}

/** The decoded path; undefined when it is malformed or could mean another folder on any platform. */
function decodePath(pathname: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0') || path.includes('\\') || path.includes(':')) return undefined;
  return path.split('/').some((segment) => segment === '..' || segment === '.') ? undefined : path;
}

function answer(body: string | Uint8Array<ArrayBuffer>, extension: string): Response {
  const contentType = contentTypes[extension] ?? 'application/octet-stream';
  return new Response(body, {
    headers: { ...commonHeaders, 'content-type': contentType, 'cache-control': 'no-cache' },
  });
}

function refuse(status: number, why: string): Response {
  return new Response(why, { status, headers: { ...commonHeaders, 'content-type': 'text/plain; charset=utf-8' } });
}
