import { asFolder } from '../../../shared/domain/inside-path.ts';
import { keyToNames, namesToKey, type PathRules } from '../../../shared/domain/key-path.ts';
import { isS3Uri, parseS3Uri, type S3Uri } from '../../../shared/domain/s3-uri.ts';
import { BadArguments } from './arguments.ts';

/** What `cp SRC DST` means, before anything is asked of a server. */
export type CopyPlan =
  | {
      readonly kind: 'upload';
      readonly bucket: string;
      readonly item: { file: string; key: string } | { folder: string; prefix: string };
    }
  | {
      readonly kind: 'download';
      readonly bucket: string;
      readonly item: { key: string; file: string } | { prefix: string; folder: string };
    }
  | {
      readonly kind: 'copy';
      readonly bucket: string;
      readonly toBucket: string;
      readonly item: { key: string; toKey: string } | { prefix: string; toPrefix: string };
    }
  | { readonly kind: 'streamUp'; readonly to: S3Uri }
  | { readonly kind: 'streamDown'; readonly from: S3Uri };

/** What has to be known of the local file system. */
export type LocalFacts = {
  /** Absolute path of an operand, and what is there. */
  inspect(operand: string): { readonly path: string; readonly is: 'file' | 'folder' | 'nothing' };
  join(folder: string, ...names: string[]): string;
  baseName(path: string): string;
  /** True when the operand ends in a separator. */
  endsAsFolder(operand: string): boolean;
  readonly rules: PathRules;
};

function place(operand: string): S3Uri {
  const parsed = parseS3Uri(operand);
  if (!parsed.ok || parsed.value.bucket === '') throw new BadArguments(`"${operand}" names no bucket.`);
  return parsed.value;
}

const nameOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/**
 * The rules of aws-cli: with -r the contents of SRC go directly below DST; without, a DST that ends in `/`, is a bucket
 * or is an existing folder gets a file of the source's name. Pure but for `local`. Throws BadArguments.
 */
export function planCopy(source: string, target: string, recursive: boolean, local: LocalFacts): CopyPlan {
  if (source === '-' && target === '-') throw new BadArguments('Standard input cannot be copied to standard output.');
  if (source === '-') {
    if (recursive) throw new BadArguments('Standard input is one file: leave -r out.');
    if (!isS3Uri(target)) throw new BadArguments('Standard input can only be copied to s3://bucket/key.');
    const to = place(target);
    if (to.key === '' || to.key.endsWith('/')) {
      throw new BadArguments('Standard input has no name: give the whole key, s3://bucket/key.');
    }
    return { kind: 'streamUp', to };
  }
  if (target === '-') {
    if (recursive) throw new BadArguments('Only one object can be copied to standard output: leave -r out.');
    if (!isS3Uri(source)) throw new BadArguments('Only an object, s3://bucket/key, can be copied to standard output.');
    const from = place(source);
    if (from.key === '') throw new BadArguments(`"${source}" names no object.`);
    return { kind: 'streamDown', from };
  }
  if (isS3Uri(source)) {
    const from = place(source);
    if (from.key === '' && !recursive)
      throw new BadArguments(`"${source}" is a whole bucket: give -r to copy all of it.`);
    return isS3Uri(target)
      ? planServerCopy(from, place(target), recursive)
      : planDownload(from, target, recursive, local);
  }
  if (!isS3Uri(target)) {
    throw new BadArguments('One of the two must be in a bucket: s3://bucket/key.');
  }
  return planUpload(source, place(target), recursive, local);
}

function planUpload(source: string, to: S3Uri, recursive: boolean, local: LocalFacts): CopyPlan {
  const { path, is } = local.inspect(source);
  if (is === 'folder') {
    if (!recursive) throw new BadArguments(`"${source}" is a folder: give -r to copy what is in it.`);
    return { kind: 'upload', bucket: to.bucket, item: { folder: path, prefix: asFolder(to.key) } };
  }
  // With -r DST is a prefix, without it a key: for a single file the two meanings would differ.
  if (recursive && is === 'file') throw new BadArguments(`"${source}" is a single file: leave -r out.`);
  const isFolder = to.key === '' || to.key.endsWith('/');
  const key = isFolder ? to.key + namesToKey([local.baseName(path)], local.rules) : to.key;
  return { kind: 'upload', bucket: to.bucket, item: { file: path, key } };
}

function planDownload(from: S3Uri, target: string, recursive: boolean, local: LocalFacts): CopyPlan {
  const { path, is } = local.inspect(target);
  if (recursive) {
    if (is === 'file') throw new BadArguments(`"${target}" is a file: -r needs a folder to copy into.`);
    return { kind: 'download', bucket: from.bucket, item: { prefix: asFolder(from.key), folder: path } };
  }
  const intoFolder = is === 'folder' || local.endsAsFolder(target);
  const file = intoFolder ? local.join(path, ...keyToNames(nameOf(from.key), local.rules)) : path;
  return { kind: 'download', bucket: from.bucket, item: { key: from.key, file } };
}

function planServerCopy(from: S3Uri, to: S3Uri, recursive: boolean): CopyPlan {
  const buckets = { bucket: from.bucket, toBucket: to.bucket };
  if (recursive) {
    const item = { prefix: asFolder(from.key), toPrefix: asFolder(to.key) };
    if (from.bucket === to.bucket && item.toPrefix.startsWith(item.prefix)) {
      throw new BadArguments('The target lies inside the source: the copy would never end.');
    }
    return { kind: 'copy', ...buckets, item };
  }
  const toKey = to.key === '' || to.key.endsWith('/') ? to.key + nameOf(from.key) : to.key;
  if (toKey === '' || toKey.endsWith('/')) throw new BadArguments('Give the whole target key, s3://bucket/key.');
  if (from.bucket === to.bucket && toKey === from.key) throw new BadArguments('Source and target are the same object.');
  return { kind: 'copy', ...buckets, item: { key: from.key, toKey } };
}
