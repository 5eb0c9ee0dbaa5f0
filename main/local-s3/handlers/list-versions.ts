import { ok } from '../../../shared/result.ts';
import { fail, type Outcome } from '../failure.ts';
import { listedName, xmlReply } from '../http/reply.ts';
import { queryValue, type S3Request } from '../http/request.ts';
import { element, field, xmlDocument } from '../http/xml-write.ts';
import type { Bound } from '../storage/key-order.ts';
import type { Handler } from './call.ts';
import { boundAfter, commonPrefixes, fromTheStart, listedFields, owner, readCommon, readPage } from './list-objects.ts';

/** Nothing is versioned: each object is listed as its one version, `null`. */
export const listObjectVersions: Handler = async ({ request, store }) => {
  const common = readCommon(request);
  if (!common.ok) return common;
  const { wanted, encoding } = common.value;
  const bound = readBound(request, wanted.prefix, wanted.delimiter);
  if (!bound.ok) return bound;
  const page = await readPage(store, request.bucket, { ...wanted, bound: bound.value });
  const versions = page.objects.map((object) =>
    element('Version', field('VersionId', 'null'), field('IsLatest', true), listedFields(object, encoding, owner)),
  );
  return ok(
    xmlReply(
      xmlDocument(
        'ListVersionsResult',
        field('Name', request.bucket),
        field('Prefix', listedName(wanted.prefix, encoding)),
        field('KeyMarker', listedName(queryValue(request, 'key-marker') ?? '', encoding)),
        field('VersionIdMarker', queryValue(request, 'version-id-marker') ?? ''),
        page.last ? field('NextKeyMarker', listedName(page.last.key, encoding)) : '',
        page.last?.type === 'key' ? field('NextVersionIdMarker', 'null') : '',
        field('MaxKeys', wanted.maxKeys),
        wanted.delimiter === '' ? '' : field('Delimiter', listedName(wanted.delimiter, encoding)),
        field('EncodingType', encoding),
        field('IsTruncated', page.last !== null),
        ...versions,
        ...commonPrefixes(page, encoding),
      ),
    ),
  );
};

/** With one version of each key, both markers lead behind the key. */
function readBound(request: S3Request, prefix: string, delimiter: string): Outcome<Bound> {
  const marker = queryValue(request, 'key-marker') ?? '';
  const version = queryValue(request, 'version-id-marker');
  if (version !== undefined && marker === '') {
    return fail('InvalidArgument', 'A version-id marker cannot be specified without a key marker.', {
      ArgumentName: 'version-id-marker',
      ArgumentValue: version,
    });
  }
  if (version !== undefined && version !== '' && version !== 'null') {
    return fail('InvalidArgument', 'Invalid version id specified', {
      ArgumentName: 'version-id-marker',
      ArgumentValue: version,
    });
  }
  return ok(marker === '' ? fromTheStart : boundAfter(marker, prefix, delimiter));
}
