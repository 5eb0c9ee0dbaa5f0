import { expect, test } from 'vitest';
import { readAddress } from '../../../renderer/stores/address.ts';
import { connectionViewSchema } from '../../../shared/domain/connection.ts';

test('addresses lead to places, but not out of a restriction', () => {
  const connection = (more: object) =>
    connectionViewSchema.parse({
      id: 'conn-1',
      name: 'n',
      kind: 'server',
      auth: { type: 'profile', profile: 'p' },
      status: { state: 'ready' },
      ...more,
    });
  const free = connection({});
  expect(readAddress('s3://bucket/a//b', free)).toMatchObject({
    ok: true,
    place: { bucket: 'bucket', prefix: 'a//b/' },
  });
  expect(readAddress(' s3:// ', free)).toMatchObject({ ok: true, place: { bucket: null } });
  expect(readAddress('bucket/a', free)).toEqual({ ok: false, reason: 'invalid' });
  expect(
    readAddress('https://eu-central-1.console.aws.amazon.com/s3/buckets/bu?region=eu-central-1&prefix=x/y/', free),
  ).toMatchObject({ ok: true, place: { bucket: 'bu', prefix: 'x/y/' } });
  const restricted = connection({ restrictToBucket: 'bucket', restrictToPath: 'team' });
  expect(readAddress('s3://bucket/team/x/', restricted).ok).toBe(true);
  expect(readAddress('s3://bucket/teamwork/', restricted)).toEqual({ ok: false, reason: 'outside' });
  expect(readAddress('s3://other/', restricted)).toEqual({ ok: false, reason: 'outside' });
});
