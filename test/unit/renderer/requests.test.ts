import { expect, test } from 'vitest';
import { checkDraft } from '../../../renderer/features/connections/check-draft.ts';
import { draftOf, emptyDraft } from '../../../renderer/features/connections/connection-draft.ts';
import { topItems, uploadRequest } from '../../../renderer/features/uploads/upload-request.ts';
import type { BucketPlace } from '../../../renderer/stores/place.ts';
import { connectionViewSchema } from '../../../shared/domain/connection.ts';
import { connectionIdSchema } from '../../../shared/domain/ids.ts';

const place: BucketPlace = { connectionId: connectionIdSchema.parse('conn-1'), bucket: 'b', prefix: 'in/' };
const posix = { platform: 'posix' } as const;
test('dropped files and folders keep their names below the open place', () => {
  const items = [
    { path: ['a.txt'], file: {} },
    { path: ['photos', '2026', 'x.jpg'], file: {} },
    { path: ['empty'], file: null },
  ];
  const request = uploadRequest(place, topItems('/spool/1', '/', items), posix, true);
  expect(request).toMatchObject({
    fromSpool: true,
    conflict: 'ask',
    items: [
      { file: '/spool/1/a.txt', key: 'in/a.txt' },
      { folder: '/spool/1/photos', prefix: 'in/photos/' },
      { folder: '/spool/1/empty', prefix: 'in/empty/' },
    ],
  });
});

test('the form names each field that is wrong', () => {
  const check = checkDraft({ ...emptyDraft, restrictToPath: 'x', uploadThreads: '0', endpointUrl: 'foo' }, null, []);
  expect(check.problems).toEqual({
    name: 'connection.invalid.nameEmpty',
    accessKeyId: 'connection.invalid.accessKeyIdEmpty',
    secretAccessKey: 'connection.invalid.secretEmpty',
    endpointUrl: 'connection.invalid.endpointUrl',
    uploadThreads: 'connection.invalid.threads',
  });
  expect(check.input).toBeNull();
  const filled = { ...emptyDraft, name: 'One', accessKeyId: 'AK', secretAccessKey: 'sk' };
  expect(checkDraft({ ...filled, restrictToPath: 'x' }, null, []).problems).toEqual({
    restrictToPath: 'connection.invalid.restrictToPathAlone',
  });
  expect(checkDraft(filled, null, ['one']).problems).toEqual({ name: 'connection.invalid.nameTaken' });
  expect(checkDraft(filled, null, []).input).toEqual({
    name: 'One',
    pathStyle: false,
    downloadThreads: 1,
    uploadThreads: 4,
    auth: { type: 'accessKey', accessKeyId: 'AK', secretAccessKey: 'sk' },
  });
});

test('an edited connection leaves a secret that was not typed as it is', () => {
  const saved = connectionViewSchema.parse({
    id: 'conn-1',
    name: 'n',
    kind: 'server',
    region: 'eu-west-1',
    auth: { type: 'accessKey', accessKeyId: 'AK', hasSessionToken: false },
    status: { state: 'ready' },
  });
  const draft = draftOf(saved);
  expect(draft.secretAccessKey).toBe('');
  const check = checkDraft(draft, saved, []);
  expect(check.problems).toEqual({});
  expect(check.update).toMatchObject({ region: 'eu-west-1', auth: { type: 'accessKey', accessKeyId: 'AK' } });
  expect(check.update?.auth).not.toHaveProperty('secretAccessKey');
  expect(checkDraft({ ...draft, authType: 'profile' }, saved, []).update).toMatchObject({ auth: { type: 'profile' } });
});
