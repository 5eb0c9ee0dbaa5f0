import { ok } from '../../../shared/result.ts';
import { fail } from '../failure.ts';
import { xmlReply } from '../http/reply.ts';
import { childText, readXml } from '../http/xml-read.ts';
import { element, escapeXml, field, xmlDocument } from '../http/xml-write.ts';
import { type Handler, readDocument } from './call.ts';

/** What S3 calls the region that has no name in GetBucketLocation. */
const defaultRegion = 'us-east-1';
const owner = element('Owner', field('ID', 'local-s3'), field('DisplayName', 'local-s3'));

export const listBuckets: Handler = async ({ store }) => {
  const buckets = (await store.buckets.list()).map(({ name, createdMs }) =>
    element('Bucket', field('Name', name), field('CreationDate', new Date(createdMs).toISOString())),
  );
  return ok(xmlReply(xmlDocument('ListAllMyBucketsResult', owner, element('Buckets', ...buckets))));
};

export const createBucket: Handler = async (call) => {
  const text = await readDocument(call);
  if (!text?.ok) return text;
  let region = '';
  if (text.value !== '') {
    const document = readXml(text.value);
    if (document?.name !== 'CreateBucketConfiguration') return fail('MalformedXML');
    region = childText(document, 'LocationConstraint') ?? '';
  }
  const { bucket } = call.request;
  const created = await call.store.buckets.create(bucket, region);
  return created.ok ? ok({ status: 200, headers: { location: `/${bucket}` } }) : created;
};

export const deleteBucket: Handler = async ({ request, store }) => {
  const removed = await store.buckets.remove(request.bucket);
  return removed.ok ? ok({ status: 204 }) : removed;
};

export const headBucket: Handler = async ({ request, store }) => {
  const region = (await store.buckets.region(request.bucket)) || defaultRegion;
  return ok({ status: 200, headers: { 'x-amz-bucket-region': region } });
};

export const bucketLocation: Handler = async ({ request, store }) => {
  const region = await store.buckets.region(request.bucket);
  return ok(xmlReply(xmlDocument('LocationConstraint', region === defaultRegion ? '' : escapeXml(region))));
};

/** Nothing is versioned, which is what an empty configuration says. */
export const bucketVersioning: Handler = () => Promise.resolve(ok(xmlReply(xmlDocument('VersioningConfiguration'))));
