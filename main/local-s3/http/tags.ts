import type { Tags } from '../../../shared/domain/object-texts.ts';
import { ok } from '../../../shared/result.ts';
import { fail, type Outcome } from '../failure.ts';
import { parseQuery } from './request.ts';
import { childText, readXml } from './xml-read.ts';
import { element, field, xmlDocument } from './xml-write.ts';

/** S3's limits; lengths in UTF-16 units. */
const maxTags = 10;
const maxNameLength = 128;
const maxValueLength = 256;
const allowedText = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]*$/u;

/** Fails with InvalidTag, or BadRequest when there are too many, as S3 does. */
export function checkTags(pairs: readonly (readonly [string, string])[]): Outcome<Tags> {
  if (pairs.length > maxTags) return fail('BadRequest', `Object tags cannot be greater than ${maxTags}`);
  const seen = new Set<string>();
  for (const [name, value] of pairs) {
    if (name === '' || name.length > maxNameLength || !allowedText.test(name)) {
      return fail('InvalidTag', 'The TagKey you have provided is invalid', { TagKey: name });
    }
    if (name.startsWith('aws:')) {
      return fail('InvalidTag', 'System tags cannot be added/updated by requester', { TagKey: name });
    }
    if (value.length > maxValueLength || !allowedText.test(value)) {
      return fail('InvalidTag', 'The TagValue you have provided is invalid', { TagKey: name, TagValue: value });
    }
    if (seen.has(name)) return fail('InvalidTag', 'Cannot provide multiple Tags with the same key', { TagKey: name });
    seen.add(name);
  }
  // Made of entries, so that a tag may be called `__proto__`.
  return ok(Object.fromEntries(pairs));
}

/** `x-amz-tagging`: tags in the form of a query. No header, no tags. */
export function readTagsHeader(header: string | undefined): Outcome<Tags> {
  const pairs = parseQuery(header ?? '');
  if (pairs !== null && new Set(pairs.map(([name]) => name)).size === pairs.length) return checkTags(pairs);
  return fail(
    'InvalidArgument',
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    { ArgumentName: 'x-amz-tagging', ArgumentValue: header ?? '' },
  );
}

export function readTagsDocument(text: string): Outcome<Tags> {
  const document = readXml(text);
  const sets = document?.children.filter((child) => child.name === 'TagSet') ?? [];
  const [set] = sets;
  if (document?.name !== 'Tagging' || set === undefined || sets.length > 1) return fail('MalformedXML');
  const pairs: [string, string][] = [];
  for (const tag of set.children) {
    const name = childText(tag, 'Key');
    const value = childText(tag, 'Value');
    if (tag.name !== 'Tag' || name === undefined || value === undefined) return fail('MalformedXML');
    pairs.push([name, value]);
  }
  return checkTags(pairs);
}

export function tagsDocument(tags: Tags): string {
  const rows = Object.entries(tags).map(([name, value]) => element('Tag', field('Key', name), field('Value', value)));
  return xmlDocument('Tagging', element('TagSet', ...rows));
}
