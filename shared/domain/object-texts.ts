import { z } from 'zod';
import { utf8Bytes } from './utf8.ts';

/** Tags and headers of an object: S3's limits, looked at before anything is sent. */

export const maxTags = 10;
const maxTagNameLength = 128;
const maxTagValueLength = 256;
/** Names and values of an object's own metadata together. */
export const maxMetadataBytes = 2048;

export type TagProblem = 'nameMissing' | 'nameTooLong' | 'nameReserved' | 'nameSigns' | 'valueTooLong' | 'valueSigns';

const tagSigns = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]*$/u;

/** Pure. Lengths count UTF-16 units, as S3 does. */
export function problemOfTag(name: string, value: string): TagProblem | null {
  if (name === '') return 'nameMissing';
  if (name.length > maxTagNameLength) return 'nameTooLong';
  if (name.toLowerCase().startsWith('aws:')) return 'nameReserved';
  if (!tagSigns.test(name)) return 'nameSigns';
  if (value.length > maxTagValueLength) return 'valueTooLong';
  return tagSigns.test(value) ? null : 'valueSigns';
}

const tagReasons: Readonly<Record<TagProblem, string>> = {
  nameMissing: 'a tag needs a name',
  nameTooLong: `the name of a tag has at most ${maxTagNameLength} characters`,
  nameReserved: 'names that begin with aws: are reserved',
  nameSigns: 'the name of a tag has letters, digits, spaces and _ . : / = + - @ only',
  valueTooLong: `the value of a tag has at most ${maxTagValueLength} characters`,
  valueSigns: 'the value of a tag has letters, digits, spaces and _ . : / = + - @ only',
};

export const tagsSchema = z.record(z.string(), z.string()).superRefine((tags, context) => {
  const pairs = Object.entries(tags);
  if (pairs.length > maxTags) context.addIssue({ code: 'custom', message: `an object has at most ${maxTags} tags` });
  for (const [name, value] of pairs) {
    const problem = problemOfTag(name, value);
    if (problem !== null) context.addIssue({ code: 'custom', message: tagReasons[problem] });
  }
});
export type Tags = Readonly<Record<string, string>>;

/** Pure. */
export function sameTags(a: Tags, b: Tags): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name]);
}

/** What a person may change of an object's headers. Left out: it has none of that name. */
export const objectHeadersSchema = z.object({
  contentType: z.string().optional(),
  contentEncoding: z.string().optional(),
  contentDisposition: z.string().optional(),
  contentLanguage: z.string().optional(),
  cacheControl: z.string().optional(),
  /** As it stands in the header. */
  expires: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});
export type EditableHeaders = z.infer<typeof objectHeadersSchema>;

const headerNames = [
  'contentType',
  'contentEncoding',
  'contentDisposition',
  'contentLanguage',
  'cacheControl',
  'expires',
] as const;

type SeenHeaders = Readonly<Omit<EditableHeaders, 'metadata'>> & { readonly metadata?: Tags | undefined };

/** Pure. With the metadata. */
export function sameHeaders(a: SeenHeaders, b: SeenHeaders): boolean {
  return headerNames.every((name) => a[name] === b[name]) && sameTags(a.metadata ?? {}, b.metadata ?? {});
}

export type MetadataProblem = 'nameMissing' | 'nameSigns' | 'valueSigns';

/** Pure. Of one entry of an object's own metadata. */
export function problemOfMetadata(name: string, value: string): MetadataProblem | null {
  if (name === '') return 'nameMissing';
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return 'nameSigns';
  return isHeaderText(value) ? null : 'valueSigns';
}

/** Pure. A text that goes into a header as it is: printable ASCII, no blanks around it. */
export function isHeaderText(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && text === text.trim();
}

/** Pure. */
export function metadataBytes(metadata: Readonly<Record<string, string>>): number {
  return Object.entries(metadata).reduce((sum, [name, value]) => sum + utf8Bytes(name) + utf8Bytes(value), 0);
}

const metadataReasons: Readonly<Record<MetadataProblem, string>> = {
  nameMissing: 'metadata needs a name',
  nameSigns: 'a name of metadata has letters, digits and hyphens only',
  valueSigns: 'a value has plain ASCII characters only',
};

/** Headers that are to be sent; stricter than those that may be met. */
export const newHeadersSchema = objectHeadersSchema.superRefine(({ metadata = {}, ...headers }, context) => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message });
  for (const text of Object.values(headers))
    if (text !== undefined && !isHeaderText(text)) refuse(metadataReasons.valueSigns);
  for (const [name, value] of Object.entries(metadata)) {
    const problem = problemOfMetadata(name, value);
    if (problem !== null) refuse(`${name}: ${metadataReasons[problem]}`);
  }
  if (metadataBytes(metadata) > maxMetadataBytes)
    refuse(`metadata takes at most ${maxMetadataBytes} bytes, names and values together`);
});
