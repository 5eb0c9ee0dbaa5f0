import { expect, test } from 'vitest';
import type { SdkCaller } from '../../../main/s3/sdk-call.ts';
import { createSdkRewrite } from '../../../main/s3/sdk-rewrite.ts';
import { type AppError, appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

/** What is sent for an object that is made anew, and what is not. Servers that do it are in the contract. */

type Answers = Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => object | AppError>>;
type Tags = Readonly<Record<string, string>>;

const etag = '"a"';
const copied = { CopyObjectResult: { ETag: etag } };

/** A server that answers each operation as the test says; `sent` has what it was asked, tags included. */
function rewriting(answers: Answers, given: { tags?: Tags; setTags?: (tags: Tags) => Result<void> } = {}) {
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
    getTags: async () => ok(given.tags ?? {}),
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
