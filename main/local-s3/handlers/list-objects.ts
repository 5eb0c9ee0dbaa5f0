import { ok } from '../../../shared/result.ts';
import { fail, type Outcome } from '../failure.ts';
import { listedName, xmlReply } from '../http/reply.ts';
import { queryNumber, queryValue, type S3Request } from '../http/request.ts';
import { element, field, xmlDocument } from '../http/xml-write.ts';
import type { Bound } from '../storage/key-order.ts';
import type { WalkItem } from '../storage/plain-walk.ts';
import { groupOf } from '../storage/plain-walk.ts';
import type { LocalStore } from '../storage/store.ts';
import type { StoredObject } from '../storage/stored-version.ts';
import type { Handler } from './call.ts';

const maxPageKeys = 1000;

type Page = {
  readonly objects: readonly StoredObject[];
  readonly groups: readonly string[];
  /** The last key or group of a page that is not the last one. */
  readonly last: WalkItem | null;
};

type PageRequest = {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  readonly bound: Bound;
};

export async function readPage(store: LocalStore, bucket: string, wanted: PageRequest): Promise<Page> {
  if (wanted.maxKeys === 0) return { objects: [], groups: [], last: null };
  const walk = await store.walk(bucket, wanted);
  const keys: string[] = [];
  const groups: string[] = [];
  let last: WalkItem | null = null;
  for (let item = await walk.next(); item; item = await walk.next()) {
    if (keys.length + groups.length === wanted.maxKeys)
      return { objects: await store.findListed(bucket, keys), groups, last };
    last = item;
    if (item.type === 'key') keys.push(item.key);
    else {
      groups.push(item.key);
      walk.skipPast(item.key);
    }
  }
  return { objects: await store.findListed(bucket, keys), groups, last: null };
}

type CommonParts = { readonly wanted: Omit<PageRequest, 'bound'>; readonly encoding: string | undefined };

export function readCommon(request: S3Request): Outcome<CommonParts> {
  const maxKeys = queryNumber(request, 'max-keys', { min: 0, max: 2_147_483_647, otherwise: maxPageKeys });
  if (!maxKeys.ok) return maxKeys;
  const encoding = queryValue(request, 'encoding-type');
  if (encoding !== undefined && encoding !== 'url') {
    return fail('InvalidArgument', 'Invalid Encoding Method specified in Request', {
      ArgumentName: 'encoding-type',
      ArgumentValue: encoding,
    });
  }
  return ok({
    wanted: {
      prefix: queryValue(request, 'prefix') ?? '',
      delimiter: queryValue(request, 'delimiter') ?? '',
      maxKeys: Math.min(maxKeys.value, maxPageKeys),
    },
    encoding,
  });
}

/** Behind a group when the text names exactly one, else behind the key. */
export function boundAfter(text: string, prefix: string, delimiter: string): Bound {
  return groupOf(text, prefix, delimiter) === text ? { at: 'past', key: text } : { at: 'after', key: text };
}

export const fromTheStart: Bound = { at: 'from', key: '' };

function contents(page: Page, encoding: string | undefined, owner: string): string[] {
  return page.objects.map((object) => element('Contents', listedFields(object, encoding, owner)));
}

/** What a listing tells of an object, in whichever element. */
export function listedFields(object: StoredObject, encoding: string | undefined, owner: string): string {
  return [
    field('Key', listedName(object.key, encoding)),
    field('LastModified', new Date(object.lastModifiedMs).toISOString()),
    field('ETag', `"${object.etag}"`),
    object.checksum
      ? field('ChecksumAlgorithm', object.checksum.algorithm.toUpperCase()) +
        field('ChecksumType', object.checksum.type)
      : '',
    field('Size', object.sizeBytes),
    owner,
    field('StorageClass', object.headers['x-amz-storage-class'] ?? 'STANDARD'),
  ].join('');
}

export function commonPrefixes(page: Page, encoding: string | undefined): string[] {
  return page.groups.map((group) => element('CommonPrefixes', field('Prefix', listedName(group, encoding))));
}

export const owner = element('Owner', field('ID', 'local-s3'), field('DisplayName', 'local-s3'));

export const listObjectsV2: Handler = async ({ request, store }) => {
  const common = readCommon(request);
  if (!common.ok) return common;
  const { wanted, encoding } = common.value;
  const token = queryValue(request, 'continuation-token');
  const startAfter = queryValue(request, 'start-after') ?? '';
  let bound = startAfter === '' ? fromTheStart : boundAfter(startAfter, wanted.prefix, wanted.delimiter);
  if (token !== undefined) {
    const read = readToken(token);
    if (!read)
      return fail('InvalidArgument', 'The continuation token provided is incorrect', {
        ArgumentName: 'continuation-token',
      });
    bound = read;
  }
  const page = await readPage(store, request.bucket, { ...wanted, bound });
  const withOwner = queryValue(request, 'fetch-owner') === 'true' ? owner : '';
  return ok(
    xmlReply(
      xmlDocument(
        'ListBucketResult',
        field('Name', request.bucket),
        field('Prefix', listedName(wanted.prefix, encoding)),
        startAfter === '' ? '' : field('StartAfter', listedName(startAfter, encoding)),
        field('ContinuationToken', token),
        page.last ? field('NextContinuationToken', writeToken(page.last)) : '',
        field('KeyCount', page.objects.length + page.groups.length),
        field('MaxKeys', wanted.maxKeys),
        wanted.delimiter === '' ? '' : field('Delimiter', listedName(wanted.delimiter, encoding)),
        field('EncodingType', encoding),
        field('IsTruncated', page.last !== null),
        ...contents(page, encoding, withOwner),
        ...commonPrefixes(page, encoding),
      ),
    ),
  );
};

export const listObjectsV1: Handler = async ({ request, store }) => {
  const common = readCommon(request);
  if (!common.ok) return common;
  const { wanted, encoding } = common.value;
  const marker = queryValue(request, 'marker') ?? '';
  const bound = marker === '' ? fromTheStart : boundAfter(marker, wanted.prefix, wanted.delimiter);
  const page = await readPage(store, request.bucket, { ...wanted, bound });
  return ok(
    xmlReply(
      xmlDocument(
        'ListBucketResult',
        field('Name', request.bucket),
        field('Prefix', listedName(wanted.prefix, encoding)),
        field('Marker', listedName(marker, encoding)),
        // S3 names it only with a delimiter; without one the last key serves.
        page.last && wanted.delimiter !== '' ? field('NextMarker', listedName(page.last.key, encoding)) : '',
        field('MaxKeys', wanted.maxKeys),
        wanted.delimiter === '' ? '' : field('Delimiter', listedName(wanted.delimiter, encoding)),
        field('EncodingType', encoding),
        field('IsTruncated', page.last !== null),
        ...contents(page, encoding, owner),
        ...commonPrefixes(page, encoding),
      ),
    ),
  );
};

function writeToken(last: WalkItem): string {
  return Buffer.from(`${last.type === 'group' ? 'past' : 'after'}:${last.key}`).toString('base64url');
}

function readToken(token: string): Bound | null {
  const match = /^(past|after):([^]*)$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  return match ? { at: match[1] as 'past' | 'after', key: match[2] as string } : null;
}
