import { text } from 'node:stream/consumers';
import {
  GetBucketVersioningCommand,
  ListObjectVersionsCommand,
  type DeleteMarkerEntry,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion as SdkVersion,
} from '@aws-sdk/client-s3';
import { HttpResponse } from '@smithy/core/transport';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { quotedEtag } from './etag.ts';
import type { ListVersionsRequest, ObjectStore, ObjectVersion, VersionPage } from './object-store.ts';
import type { SdkCaller } from './sdk-call.ts';
import { keyDecoder } from './sdk-listing.ts';

export function createSdkVersions(call: SdkCaller): Pick<ObjectStore, 'bucketVersioning' | 'listVersions'> {
  return {
    async bucketVersioning(bucket, signal) {
      const answer = await call({ operation: 'GetBucketVersioning', bucket, signal }, (client, options) =>
        client.send(new GetBucketVersioningCommand({ Bucket: bucket }), options),
      );
      if (!answer.ok) return answer;
      const { Status } = answer.value;
      return ok(Status === 'Enabled' ? 'enabled' : Status === 'Suspended' ? 'suspended' : 'none');
    },

    async listVersions(request) {
      const { bucket, prefix, signal } = request;
      const place = { operation: 'ListObjectVersions', bucket, prefix, signal };
      const answer = await call(place, async (client, options) => {
        const { command, order } = inOrder(listCommandInput(request));
        return { page: await client.send(command, options), order: order() };
      });
      if (!answer.ok) return answer;
      const { page, order } = answer.value;
      const refuse = (reason: string) => err(appError('NotAnS3Endpoint', { bucket, prefix }, reason, 'backoff'));
      if (order === null) return refuse('an answer that is no listing');
      const decode = keyDecoder(page.EncodingType);
      const versions = ordered(page.Versions ?? [], page.DeleteMarkers ?? [], order, decode);
      if (versions === null) return refuse('a listing that contradicts itself');
      if (page.IsTruncated !== true) return ok({ versions, next: null });
      const next = nextOf(page, versions.at(-1)?.key, decode);
      const { keyMarker, versionIdMarker } = request;
      return next === null || (next.keyMarker === keyMarker && next.versionIdMarker === versionIdMarker)
        ? refuse('a listing that does not go on')
        : ok({ versions, next });
    },
  };
}

function listCommandInput({ bucket, prefix, keyMarker, versionIdMarker, maxKeys }: ListVersionsRequest) {
  return {
    Bucket: bucket,
    Prefix: prefix,
    EncodingType: 'url',
    ...(keyMarker === undefined ? {} : { KeyMarker: keyMarker }),
    ...(versionIdMarker === undefined ? {} : { VersionIdMarker: versionIdMarker }),
    ...(maxKeys === undefined ? {} : { MaxKeys: maxKeys }),
  } satisfies ListObjectVersionsCommandInput;
}

type Kind = 'Version' | 'DeleteMarker';

/**
 * The command, and afterwards in which order the answer had versions and delete markers: the SDK keeps them apart, and their
 * times, in whole seconds, do not tell. Null when the answer was no such listing.
 */
function inOrder(input: ListObjectVersionsCommandInput) {
  const command = new ListObjectVersionsCommand(input);
  let kinds: readonly Kind[] | null = null;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result;
      if (!HttpResponse.isInstance(response) || response.statusCode >= 300) return result;
      const body = await text(response.body as AsyncIterable<Uint8Array>);
      kinds = kindsIn(body);
      return { ...result, response: Object.assign(response, { body: Buffer.from(body) }) };
    },
    { step: 'deserialize', priority: 'low', name: 'keepOrder' },
  );
  return { command, order: () => kinds };
}

/** Markup only: a `<` in a key is encoded. */
function kindsIn(body: string): readonly Kind[] | null {
  if (!/<(?:\w+:)?ListVersionsResult[\s/>]/.test(body)) return null;
  return Array.from(body.matchAll(/<(?:\w+:)?(Version|DeleteMarker)[\s/>]/g), ([, kind]) => kind as Kind);
}

/** Null when there are others than the order tells. */
function ordered(
  versions: readonly SdkVersion[],
  markers: readonly DeleteMarkerEntry[],
  order: readonly Kind[],
  decode: (text: string) => string,
): readonly ObjectVersion[] | null {
  if (order.length !== versions.length + markers.length) return null;
  const left = { Version: versions.values(), DeleteMarker: markers.values() };
  const rows: ObjectVersion[] = [];
  for (const kind of order) {
    const entry: SdkVersion | undefined = left[kind].next().value;
    if (entry?.Key === undefined || entry.VersionId === undefined) return null;
    const isDeleteMarker = kind === 'DeleteMarker';
    rows.push({
      key: decode(entry.Key),
      versionId: entry.VersionId,
      isLatest: entry.IsLatest === true,
      isDeleteMarker,
      sizeBytes: isDeleteMarker ? 0 : (entry.Size ?? 0),
      etag: isDeleteMarker ? null : quotedEtag(entry.ETag),
      lastModified: entry.LastModified?.toISOString() ?? null,
      storageClass: isDeleteMarker ? null : (entry.StorageClass ?? null),
    });
  }
  return rows;
}

/** Ceph encodes keys, but not this one: what names the last key is the last key. */
function nextOf(
  { NextKeyMarker: key, NextVersionIdMarker: versionId }: ListObjectVersionsCommandOutput,
  lastKey: string | undefined,
  decode: (text: string) => string,
): VersionPage['next'] {
  if (key === undefined || key === '') return null;
  return {
    keyMarker: key === lastKey ? key : decode(key),
    ...(versionId === undefined || versionId === '' ? {} : { versionIdMarker: versionId }),
  };
}
