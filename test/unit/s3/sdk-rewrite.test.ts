import { expect, test } from 'vitest';
import type { SdkCaller } from '../../../main/s3/sdk-call.ts';
import { createSdkRewrite } from '../../../main/s3/sdk-rewrite.ts';
import type { Tags } from '../../../shared/domain/object-texts.ts';
import { type AppError, appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

/** What is sent for an object that is made anew, and what is not. Servers that do it are in the contract. */

type Answers = Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => object | AppError>>;

type Given = { tags?: Tags; getTags?: () => Result<Tags>; setTags?: (tags: Tags) => Result<void> };

const etag = '"a"';
const copied = { CopyObjectResult: { ETag: etag } };

/** A server that answers each operation as the test says; `sent` has what it was asked, tags included. */
function rewriting(answers: Answers, given: Given = {}) {
  const sent: { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[] = [];
  const call = (async (_call: unknown, send: (client: object, options: object) => Promise<unknown>) => {
    const answer = await send(
      {
        send: async (command: { readonly constructor: { readonly name: string }; readonly input: object }) => {
          const name = command.constructor.name.replace('Command', '');
          const input = { ...command.input };
          sent.push({ name, input });
          return answers[name]?.(input) ?? { ETag: etag };
        },
      },
      {},
    );
    return 'retry' in (answer as object) ? err(answer as AppError) : ok(answer);
  }) as unknown as SdkCaller;
  const tagging = {
    getTags: async () => given.getTags?.() ?? ok(given.tags ?? {}),
    setTags: async (_bucket: string, _key: string, tags: Tags) => {
      sent.push({ name: 'setTags', input: tags });
      return given.setTags?.(tags) ?? ok();
    },
  };
  const { rewrite } = createSdkRewrite(call, tagging, false);
  return { sent, given, rewrite, copies: () => sent.filter(({ name }) => name === 'CopyObject') };
}

test.each([
  ['NotImplemented', etag, 2, true],
  ['NotImplemented', '"newer"', 1, false],
  ['InvalidArgument', etag, 1, false],
] as const)('a condition that is refused as %s is dropped only where the target, %s, was looked at', async (...row) => {
  const [code, target, count, isMade] = row;
  const { rewrite, copies } = rewriting({
    HeadObject: ({ VersionId }) => ({ ETag: VersionId === undefined ? target : etag }),
    CopyObject: ({ IfMatch }) => (IfMatch === undefined ? copied : appError(code, { status: 501 })),
  });
  const made = await rewrite('b', 'k', { versionId: 'v', sourceIfMatch: etag, headers: null }, { ifMatch: etag });
  expect(made.ok).toBe(isMade);
  expect(copies()).toHaveLength(count);
});

test.each([
  ['at the first look', 1, 0],
  ['at the one in the place of a condition', 2, 1],
] as const)('an object whose headers are others %s is left as it is', async (_when, changedAt, count) => {
  const looks: unknown[] = [];
  const { rewrite, copies } = rewriting({
    HeadObject: (input) => {
      looks.push(input);
      return { ETag: etag, ContentType: 'text/a', Metadata: { by: looks.length < changedAt ? 'us' : 'them' } };
    },
    CopyObject: () => appError('NotImplemented', { status: 501 }),
  });
  const seen = { contentType: 'text/a', metadata: { by: 'us' } };
  const made = await rewrite('b', 'k', { sourceIfMatch: etag, seen, headers: {} }, { ifMatch: etag });
  expect(made).toMatchObject({ error: { code: 'PreconditionFailed' } });
  expect(copies()).toHaveLength(count);
});

/** A server whose copies drop the tags of an object, as Ceph does, and may fail to say that they were made. */
function tagged(answer: (() => object | AppError) | null, isDropped = true) {
  const server = rewriting(
    {
      CopyObject: () => {
        if (isDropped) server.given.tags = {};
        return answer?.() ?? copied;
      },
    },
    { tags: { team: 'audit', 'kept until': '2030' } },
  );
  server.given.setTags = (tags) => ((server.given.tags = tags), ok());
  const edit = () => server.rewrite('b', 'k', { sourceIfMatch: etag, headers: {} }, { ifMatch: etag });
  return { ...server, edit };
}
const reset = appError('ConnectionReset');

test('tags that cannot be set are the end of it before anything is copied', async () => {
  const { given, edit, copies } = tagged(null);
  const denied = appError('AccessDenied', { permission: 's3:PutObjectTagging' });
  given.setTags = () => err(denied);
  expect(await edit()).toEqual(err(denied));
  expect(copies()).toEqual([]);
});

test.each([
  ['that worked', null, true],
  ['whose answer was lost', () => reset, false],
  ['that was answered with a page', () => ({}), false],
  ['that was sent again and refused because of itself', () => appError('PreconditionFailed', { status: 412 }), false],
])('tags that are gone after a copy %s are set again', async (_what, answer, isMade) => {
  const { given, edit } = tagged(answer);
  expect((await edit()).ok).toBe(isMade);
  expect(given.tags).toEqual({ team: 'audit', 'kept until': '2030' });
});

test('tags that are gone for good are named', async () => {
  const { given, edit, copies } = tagged(null);
  given.setTags = () => (copies().length === 0 ? ok() : err(reset));
  const tags = 'team=audit, kept until=2030';
  expect(await edit()).toMatchObject({ error: { code: 'TagsNotKept', context: { tags } } });
  const unanswered = tagged(() => reset);
  unanswered.given.getTags = () => (unanswered.copies().length === 0 ? ok(unanswered.given.tags ?? {}) : err(reset));
  expect(await unanswered.edit()).toMatchObject({ error: { code: 'TagsNotKept', context: { tags } } });
});

test('tags are not set on what somebody else has put there, nor after a plain refusal', async () => {
  const refused = tagged(() => appError('AccessDenied', { status: 403 }));
  expect(await refused.edit()).toMatchObject({ error: { code: 'AccessDenied' } });
  expect(refused.given.tags).toEqual({});
  let current = etag;
  const replaced = rewriting(
    {
      HeadObject: () => ({ ETag: current }),
      CopyObject: () => {
        current = '"theirs"';
        replaced.given.tags = {};
        return appError('PreconditionFailed', { status: 412 });
      },
    },
    { tags: { team: 'audit' } },
  );
  const from = { sourceIfMatch: etag, headers: {} };
  expect(await replaced.rewrite('b', 'k', from, { ifMatch: etag })).toMatchObject({
    error: { code: 'PreconditionFailed' },
  });
  expect(replaced.sent.filter(({ name }) => name === 'setTags')).toHaveLength(1);
});

const future = new Date(Date.now() + 86_400_000);
const lockedBucket = { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } };
const denied = (permission: string) => appError('AccessDenied', { status: 403, permission });
const none = appError('UnknownServiceError', { status: 404, serverCode: 'NoSuchObjectLockConfiguration' });
const version = { ETag: etag, VersionId: 'v' };
const retained = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: future };
const held = { ObjectLockMode: 'COMPLIANCE', ObjectLockEventHold: 'ON', ObjectLockEventHoldDurationYears: 7 };

test.each([
  ['nothing where its time is over', { ...retained, ObjectLockRetainUntilDate: new Date(0) }, {}, {}],
  ['a retention', retained, {}, retained],
  ['an event hold', { ...held, ObjectLockLegalHoldStatus: 'OFF' }, {}, held],
  ['a legal hold', { ObjectLockLegalHoldStatus: 'ON' }, {}, { ObjectLockLegalHoldStatus: 'ON' }],
  [
    'what HEAD has not told',
    {},
    {
      GetObjectLockConfiguration: () => lockedBucket,
      GetObjectRetention: () => ({ Retention: { Mode: 'GOVERNANCE', RetainUntilDate: future } }),
      GetObjectLegalHold: () => ({ LegalHold: { Status: 'ON' } }),
    },
    { ...retained, ObjectLockLegalHoldStatus: 'ON' },
  ],
  [
    'nothing where it has none',
    {},
    {
      GetObjectLockConfiguration: () => lockedBucket,
      GetObjectRetention: () => none,
      GetObjectLegalHold: () => none,
    },
    {},
  ],
  ['nothing where the bucket has none', {}, { GetObjectLockConfiguration: () => none }, {}],
] as const)('a copy is given the lock of its source: %s', async (_what, told, answers: Answers, expected) => {
  const server = rewriting({
    HeadObject: () => ({ ...version, ...told }),
    CopyObject: () => copied,
    GetObjectLockConfiguration: () => denied('s3:GetBucketObjectLockConfiguration'),
    ...answers,
  });
  expect((await server.rewrite('b', 'k', { sourceIfMatch: etag, headers: {} }, {})).ok).toBe(true);
  const lock = Object.entries(server.copies()[0]?.input ?? {}).filter(
    ([name, value]) => name.startsWith('ObjectLock') && value !== undefined,
  );
  expect(Object.fromEntries(lock)).toEqual(expected);
});

test.each(['GetObjectRetention', 'GetObjectLegalHold'])(
  'nothing is copied where the bucket has locks and %s is not allowed',
  async (operation) => {
    const refusal = denied(`s3:${operation}`);
    const server = rewriting({
      HeadObject: () => version,
      CopyObject: () => copied,
      GetObjectLockConfiguration: () => lockedBucket,
      GetObjectRetention: () => none,
      GetObjectLegalHold: () => none,
      [operation]: () => refusal,
    });
    expect(await server.rewrite('b', 'k', { sourceIfMatch: etag, headers: {} }, {})).toEqual(err(refusal));
    expect(server.copies()).toEqual([]);
  },
);
