import { ok } from '../../../shared/result.ts';
import { fail } from '../failure.ts';
import { xmlReply } from '../http/reply.ts';
import { maxKeyBytes } from '../http/request.ts';
import { childText, readXml, type XmlElement } from '../http/xml-read.ts';
import { element, field, xmlDocument } from '../http/xml-write.ts';
import { type Handler, planDocument, readDocument } from './call.ts';
import { checkVersion, readWriteGuard, unquote } from './conditions.ts';

/** S3's limit on one DeleteObjects. */
const maxDeletes = 1000;
/** Deleted at once. */
const deletes = 16;

export const deleteObject: Handler = async ({ request, store }) => {
  const version = checkVersion(request);
  if (!version.ok) return version;
  const guard = readWriteGuard(request);
  if (!guard.ok) return guard;
  const removed = await store.objects.remove(request.bucket, request.key, { ifMatch: guard.value.ifMatch });
  return removed.ok ? ok({ status: 204 }) : removed;
};

export const deleteObjects: Handler = async (call) => {
  const plan = planDocument(call);
  if (plan.ok && plan.value.md5 === null && plan.value.declared === null) {
    return fail('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
  const text = await readDocument(call, plan);
  if (!text?.ok) return text;
  const document = readXml(text.value);
  const objects = document?.children.filter((child) => child.name === 'Object') ?? [];
  if (document?.name !== 'Delete' || objects.length === 0 || objects.length > maxDeletes) return fail('MalformedXML');
  const isQuiet = childText(document, 'Quiet')?.trim() === 'true';
  const { store, request } = call;

  async function deleteOne(row: XmlElement): Promise<string> {
    const key = childText(row, 'Key') ?? '';
    const version = childText(row, 'VersionId');
    const etag = childText(row, 'ETag');
    const removed =
      key === '' || Buffer.byteLength(key) > maxKeyBytes
        ? fail('KeyTooLongError')
        : version !== undefined && version !== '' && version !== 'null'
          ? fail('InvalidArgument', 'Invalid version id specified')
          : await store.objects.remove(request.bucket, key, etag === undefined ? {} : { ifMatch: unquote(etag) });
    if (removed.ok) return isQuiet ? '' : element('Deleted', field('Key', key));
    return element(
      'Error',
      field('Key', key),
      field('Code', removed.error.code),
      field('Message', removed.error.message),
    );
  }

  const results: string[] = [];
  for (let at = 0; at < objects.length; at += deletes) {
    results.push(...(await Promise.all(objects.slice(at, at + deletes).map(deleteOne))));
  }
  return ok(xmlReply(xmlDocument('DeleteResult', ...results)));
};
