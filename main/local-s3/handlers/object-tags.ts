import { ok } from '../../../shared/result.ts';
import { fail } from '../failure.ts';
import { xmlReply } from '../http/reply.ts';
import { readTagsDocument, tagsDocument } from '../http/tags.ts';
import { type Handler, readDocument } from './call.ts';
import { checkVersion } from './conditions.ts';

export const getObjectTagging: Handler = async ({ request, store }) => {
  const version = checkVersion(request);
  if (!version.ok) return version;
  const object = await store.objects.find(request.bucket, request.key);
  return object ? ok(xmlReply(tagsDocument(object.tags ?? {}))) : fail('NoSuchKey', undefined, { Key: request.key });
};

export const putObjectTagging: Handler = async (call) => {
  const { request, store } = call;
  const version = checkVersion(request);
  if (!version.ok) return version;
  const text = await readDocument(call);
  if (!text?.ok) return text;
  const tags = readTagsDocument(text.value);
  if (!tags.ok) return tags;
  const written = await store.objects.setTags(request.bucket, request.key, tags.value);
  return written.ok ? ok({ status: 200 }) : written;
};

export const deleteObjectTagging: Handler = async ({ request, store }) => {
  const version = checkVersion(request);
  if (!version.ok) return version;
  const written = await store.objects.setTags(request.bucket, request.key, {});
  return written.ok ? ok({ status: 204 }) : written;
};
