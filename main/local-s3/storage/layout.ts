import { hash } from 'node:crypto';
import { join } from 'node:path';

/**
 * How a bucket lies in its folder, so that a person finds their files and nothing can leave it:
 *
 *   FOLDER/<bucket>/<key>                       the object, an ordinary file, whenever the key can be a path
 *   FOLDER/.brigade/buckets/<bucket>/odd/…      objects whose key cannot: `a//b`, `../x`, a trailing `/`, control
 *                                               characters, names too long, or `a/b` beside an object `a`
 *   FOLDER/.brigade/buckets/<bucket>/meta/…     one small JSON for each object: ETag, checksum, headers, metadata
 *   FOLDER/.brigade/buckets/<bucket>/uploads/…  multipart uploads under way
 *   FOLDER/.brigade/buckets/<bucket>/done/…     the answers of completed uploads, for a client that asks again
 *   FOLDER/.brigade/tmp/                        bodies being received; emptied at start
 *
 * A file put into a bucket's folder by hand is an object too. Symbolic links are never followed nor listed.
 * The JSON finds its object by size and modification time: a file changed by hand loses its old metadata and gets an
 * ETag made of both (in the `…-1` form, so that nobody takes it for an MD5).
 */
export type Layout = {
  readonly folder: string;
  readonly tempFolder: string;
  bucketFolder(bucket: string): string;
  bucketState(bucket: string): string;
  plainPath(bucket: string, segments: readonly string[]): string;
  oddFolder(bucket: string): string;
  oddPath(bucket: string, key: string): string;
  metaPath(bucket: string, key: string): string;
  metaPathOfHash(bucket: string, hash: string): string;
  uploadsFolder(bucket: string): string;
  doneFolder(bucket: string): string;
};

export const stateFolderName = '.brigade';

/** `folder` is absolute and free of symbolic links. */
export function createLayout(folder: string): Layout {
  const state = join(folder, stateFolderName);
  const bucketState = (bucket: string) => join(state, 'buckets', bucket);
  const hashed = (root: string, hash: string, ending: string) => join(root, hash.slice(0, 2), hash.slice(2) + ending);
  return {
    folder,
    tempFolder: join(state, 'tmp'),
    bucketFolder: (bucket) => join(folder, bucket),
    bucketState,
    plainPath: (bucket, segments) => join(folder, bucket, ...segments),
    oddFolder: (bucket) => join(bucketState(bucket), 'odd'),
    oddPath: (bucket, key) => hashed(join(bucketState(bucket), 'odd'), keyHash(key), ''),
    metaPath: (bucket, key) => hashed(join(bucketState(bucket), 'meta'), keyHash(key), '.json'),
    metaPathOfHash: (bucket, hash) => hashed(join(bucketState(bucket), 'meta'), hash, '.json'),
    uploadsFolder: (bucket) => join(bucketState(bucket), 'uploads'),
    doneFolder: (bucket) => join(bucketState(bucket), 'done'),
  };
}

/** A name of fixed length that any file system takes, whatever the key is. */
export function keyHash(key: string): string {
  return hash('sha256', key);
}

/** S3's rule for new buckets. It leaves no way out of the folder and none into `.brigade`. */
export function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+(\.\d+){3}$/.test(name);
}

/** File systems count a name in bytes (Windows and macOS in UTF-16 units, which are never more). */
const maxNameBytes = 255;
const windowsReserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

function isPlainName(name: string, platform: NodeJS.Platform): boolean {
  if (name === '' || name === '.' || name === '..') return false;
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) return false;
  if (name.length > maxNameBytes / 3 && Buffer.byteLength(name) > maxNameBytes) return false;
  if (platform !== 'win32') return true;
  return !/[<>:"\\|?*]|[. ]$/.test(name) && !windowsReserved.test(name);
}

/** The key as the names of a path, or null when it cannot be one and is kept among the odd ones. */
export function plainSegments(key: string, platform: NodeJS.Platform = process.platform): readonly string[] | null {
  const segments = key.split('/');
  return segments.every((segment) => isPlainName(segment, platform)) ? segments : null;
}
