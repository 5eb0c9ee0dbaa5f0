import { fail, type Outcome } from './failure.ts';
import {
  bucketLocation,
  bucketVersioning,
  createBucket,
  deleteBucket,
  headBucket,
  listBuckets,
} from './handlers/buckets.ts';
import type { Handler } from './handlers/call.ts';
import { completeUpload } from './handlers/complete-upload.ts';
import { copyObject } from './handlers/copy-object.ts';
import { deleteObject, deleteObjects } from './handlers/delete-objects.ts';
import { listObjectsV1, listObjectsV2 } from './handlers/list-objects.ts';
import { listObjectVersions } from './handlers/list-versions.ts';
import { listParts, listUploads } from './handlers/list-uploads.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './handlers/object-tags.ts';
import { getObject, getObjectAttributes, headObject } from './handlers/read-object.ts';
import { abortUpload, createUpload, uploadPart, uploadPartCopy } from './handlers/upload-parts.ts';
import { putObject } from './handlers/write-object.ts';
import { hasQuery, queryValue, type S3Request } from './http/request.ts';
import { ok } from '../../shared/result.ts';

/** Sub-resources S3 has and this server has not: NotImplemented, never a wrong answer. */
const otherSubResources = [
  'accelerate',
  'acl',
  'analytics',
  'cors',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'logging',
  'metadataTable',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'renameObject',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'session',
  'torrent',
  'website',
] as const;

export type Route = {
  readonly handler: Handler;
  /** The bucket must be there before the handler is called. */
  readonly needsBucket: boolean;
};

/** Which operation a request is. */
export function route(request: S3Request): Outcome<Route> {
  const missing = otherSubResources.find((name) => hasQuery(request, name));
  if (missing !== undefined) return fail('NotImplemented', undefined, { SubResource: missing });
  // Objects have tags, buckets have none.
  if (hasQuery(request, 'tagging') && request.key === '') {
    return fail('NotImplemented', undefined, { SubResource: 'tagging' });
  }
  if (hasQuery(request, 'versions') && (request.method !== 'GET' || request.key !== ''))
    return fail('MethodNotAllowed');
  const level = request.bucket === '' ? 'service' : request.key === '' ? 'bucket' : 'object';
  if (level === 'service') {
    return request.method === 'GET' ? ok({ handler: listBuckets, needsBucket: false }) : fail('MethodNotAllowed');
  }
  const found = level === 'bucket' ? bucketHandler(request) : objectHandler(request);
  if (!found.ok) return found;
  return ok({ handler: found.value, needsBucket: found.value !== createBucket });
}

function bucketHandler(request: S3Request): Outcome<Handler> {
  const has = (name: string) => hasQuery(request, name);
  switch (request.method) {
    case 'GET':
      if (has('location')) return ok(bucketLocation);
      if (has('versioning')) return ok(bucketVersioning);
      if (has('uploads')) return ok(listUploads);
      if (has('versions')) return ok(listObjectVersions);
      return ok(queryValue(request, 'list-type') === '2' ? listObjectsV2 : listObjectsV1);
    case 'HEAD':
      return ok(headBucket);
    case 'PUT':
      return has('versioning') ? fail('NotImplemented', undefined, { SubResource: 'versioning' }) : ok(createBucket);
    case 'DELETE':
      return ok(deleteBucket);
    case 'POST':
      // Without `delete` it would be an upload from a browser's form.
      return has('delete') ? ok(deleteObjects) : fail('NotImplemented');
    default:
      return fail('MethodNotAllowed');
  }
}

function objectHandler(request: S3Request): Outcome<Handler> {
  const has = (name: string) => hasQuery(request, name);
  const isCopy = request.headers['x-amz-copy-source'] !== undefined;
  switch (request.method) {
    case 'GET':
      if (has('uploadId')) return ok(listParts);
      if (has('tagging')) return ok(getObjectTagging);
      return ok(has('attributes') ? getObjectAttributes : getObject);
    case 'HEAD':
      return ok(headObject);
    case 'PUT':
      if (has('tagging')) return ok(putObjectTagging);
      if (has('uploadId') || has('partNumber')) return ok(isCopy ? uploadPartCopy : uploadPart);
      return ok(isCopy ? copyObject : putObject);
    case 'POST':
      if (has('uploads')) return ok(createUpload);
      return has('uploadId') ? ok(completeUpload) : fail('MethodNotAllowed');
    case 'DELETE':
      if (has('tagging')) return ok(deleteObjectTagging);
      return ok(has('uploadId') ? abortUpload : deleteObject);
    default:
      return fail('MethodNotAllowed');
  }
}
