import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { refuse, safeHeaders } from './answers.ts';
import { decodeSegments } from './guards.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Answers with a file of the built window. Only existing files of known types below `rendererDir`. */
export async function serveStatic(response: ServerResponse, rendererDir: string, pathname: string): Promise<void> {
  const segments = pathname === '/' ? ['index.html'] : decodeSegments(pathname.slice(1));
  const file = segments === null ? null : resolve(join(rendererDir, ...segments));
  if (file === null || !file.startsWith(resolve(rendererDir) + sep)) return refuse(response, 400, 'Not a path.');
  const contentType = contentTypes[extname(file)];
  const content = contentType === undefined ? null : await readFile(file).catch(() => null);
  if (content === null || contentType === undefined) return refuse(response, 404, 'There is nothing here.');
  // Names of bundled files carry a hash of their content; the page that names them does not.
  const isHashed = segments?.[0] === 'assets';
  response.writeHead(200, {
    ...safeHeaders,
    'content-type': contentType,
    'content-length': content.length,
    'cache-control': isHashed ? 'private, max-age=31536000, immutable' : 'no-cache',
  });
  response.end(content);
}
