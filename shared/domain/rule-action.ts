import { z } from 'zod';
import { bucketNameSchema } from './connection.ts';
import { regionSchema } from './server.ts';

/** Text with placeholders (shared/domain/template.ts). */
const templateSchema = z.string().max(4096);

/** The name of a saved connection; left out: the rule's own. */
const otherConnection = { connection: z.string().trim().min(1).max(100).optional() };

/** What is in the way is replaced, kept as it is, or kept beside (`name (2).ext`); or the step fails. */
const conflict = { conflict: z.enum(['overwrite', 'skip', 'keep-both', 'fail']).default('overwrite') };

/** What is there already with the same content is not transferred again. */
const skipSame = { skipSame: z.boolean().default(false) };

/**
 * Where an object goes: to the key `prefix` + `name`. `name` left out is `{path}`, the path below the trigger's prefix or
 * folder.
 */
const intoBucket = {
  bucket: bucketNameSchema,
  prefix: templateSchema.default(''),
  name: templateSchema.min(1).optional(),
  ...otherConnection,
  ...conflict,
};

/** Objects that are named by the action itself, for triggers that bring none (schedule, manual). */
const objectsSource = {
  source: z
    .union([
      z.object({ bucket: bucketNameSchema, key: templateSchema.min(1) }),
      z.object({ bucket: bucketNameSchema, prefix: templateSchema }),
    ])
    .optional(),
};
const filesSource = {
  source: z.union([z.object({ file: z.string().min(1) }), z.object({ folder: z.string().min(1) })]).optional(),
};

export const actionSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('upload'), ...intoBucket, ...skipSame, ...filesSource }),
  /** As one stream of unknown length, as it is read: for what is still growing, and between servers without a temporary file. */
  z.object({ type: z.literal('uploadStream'), ...intoBucket, ...filesSource }),
  z.object({
    type: z.literal('download'),
    /** Absolute, on the machine the engine runs on. */
    folder: templateSchema.min(1),
    name: templateSchema.min(1).optional(),
    ...conflict,
    ...skipSame,
    ...objectsSource,
  }),
  z.object({ type: z.literal('copy'), ...intoBucket, ...skipSame, ...objectsSource }),
  /** Copied, verified, then deleted where it was, if it is still what it was. Later steps go on with the object where it is then. */
  z.object({ type: z.literal('move'), ...intoBucket, ...skipSame, ...objectsSource }),
  /** The object, or with a folder trigger the file; only if it is still what the event said. */
  z.object({ type: z.literal('delete'), ...objectsSource }),
  /** S3 takes ten tags of up to 128 and 256 characters. Tags of other names stay, unless `replace`. */
  z.object({
    type: z.literal('tag'),
    tags: z.record(z.string().min(1).max(128), z.string().max(256)),
    replace: z.boolean().default(false),
    ...objectsSource,
  }),
  /** One that is there already and is ours counts as made. */
  z.object({
    type: z.literal('createBucket'),
    bucket: templateSchema.min(1),
    region: regionSchema.optional(),
    ...otherConnection,
  }),
  /** SigV4's limit is seven days. */
  z.object({
    type: z.literal('presign'),
    expiresInSeconds: z.number().int().min(1).max(604_800).default(3600),
    to: z.enum(['notification', 'clipboard']).default('notification'),
    ...objectsSource,
  }),
  z.object({ type: z.literal('notify'), title: templateSchema.optional(), message: templateSchema.min(1) }),
  /** A line of its own in the audit log. */
  z.object({ type: z.literal('audit'), message: templateSchema.optional() }),
]);
export type Action = z.infer<typeof actionSchema>;
export type ActionType = Action['type'];
export const actionTypes = actionSchema.options.map((option) => option.shape.type.value);

/** The texts of an action that may have placeholders, by their path in it (`source.key`, `tags.NAME`). Pure. */
export function templatesOf(action: Action): readonly (readonly [path: string, text: string])[] {
  const texts: [string, string][] = [];
  for (const name of ['prefix', 'name', 'folder', 'title', 'message'] as const) {
    const text = (action as { readonly [K in typeof name]?: unknown })[name];
    if (typeof text === 'string') texts.push([name, text]);
  }
  if (action.type === 'createBucket') texts.push(['bucket', action.bucket]);
  if (action.type === 'tag')
    for (const [name, value] of Object.entries(action.tags)) texts.push([`tags.${name}`, value]);
  // Names of files are taken as they are.
  const source = 'source' in action ? action.source : undefined;
  if (source !== undefined && 'key' in source) texts.push(['source.key', source.key]);
  if (source !== undefined && 'prefix' in source) texts.push(['source.prefix', source.prefix]);
  return texts;
}
