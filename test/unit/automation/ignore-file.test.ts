import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ignoreFileName, readIgnoreFile } from '../../../main/automation/folders/ignore-file.ts';
import { isIgnoredName } from '../../../main/automation/folders/ignored-names.ts';
import { createPathMatcher } from '../../../main/automation/match.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { createRuleWorld } from '../../fakes/rule-world.ts';
import { must } from '../../fakes/test-connection.ts';

test('[A15] is read as a .gitignore, and is nothing to upload itself', async () => {
  const fits = createPathMatcher({ match: [], ignore: [], ignoreText: '# notes\n*.log\n!keep.log\n/build/\ntmp/\n' });
  const paths = ['a.txt', 'a.log', 'sub/b.log', 'keep.log', 'build/x', 'sub/build/x', 'sub/tmp/y', 'A.LOG'];
  expect(paths.filter(fits)).toEqual(['a.txt', 'keep.log', 'sub/build/x', 'A.LOG']);
  expect(isIgnoredName(ignoreFileName)).toBe(true);
});

test('[A15] what it names is no event; a mirror neither copies nor deletes it; one that cannot be read holds up the events', async () => {
  let text: Result<string> = ok('*.tmp\n');
  const world = createRuleWorld({ on: { ignoreText: async () => text } });
  must(await world.store.createBucket('box'));
  must(await world.rules.activate({}));
  for (const name of ['a', 'b.tmp']) world.files.put(`/docs/${name}`, Buffer.from(name));
  for (const key of ['old', 'c.tmp']) must(await world.store.putSmall('box', key, Buffer.from(key), {}));
  const trigger = { type: 'folder' as const, folder: '/docs' };
  const upload = { type: 'upload' as const, bucket: 'box' };
  const rule = await world.add({ name: 'Up', trigger, actions: [{ ...upload, prefix: 'up/' }] });
  await world.seeFiles('/docs', { key: 'a' }, { key: 'b.tmp' });
  await world.idle();
  expect(world.keys('box')).toEqual(['c.tmp', 'old', 'up/a']);
  expect(must(await world.rules.test({ rule, trials: 5, look: 100 }))).toMatchObject({ matched: 1, looked: 2 });
  const mirror = await world.add({ name: 'Mirror', trigger, mirror: {}, actions: [{ ...upload, prefix: '' }] });
  expect(must(await world.rules.preview({ rule: mirror }))).toMatchObject({ missing: 1, deletes: ['old', 'up/a'] });
  text = err(appError('LocalAccessDenied', { path: '/docs/.brigadeignore' }));
  await expect(world.seeFiles('/docs', { key: 'a' })).rejects.toThrow('LocalAccessDenied');
  expect(await world.rules.preview({ rule: mirror })).toMatchObject({ ok: false });
});

test('[A15] none is nothing, one that is too long or no file is said', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'brigade-ignore-'));
  try {
    expect(await readIgnoreFile(folder)).toEqual(ok(''));
    await writeFile(join(folder, ignoreFileName), 'ü*\n');
    expect(await readIgnoreFile(folder)).toEqual(ok('ü*\n'));
    await writeFile(join(folder, ignoreFileName), '#'.repeat(300_000));
    expect(await readIgnoreFile(folder)).toMatchObject({ ok: false, error: { code: 'InvalidInput' } });
    await rm(join(folder, ignoreFileName));
    await mkdir(join(folder, ignoreFileName));
    expect(await readIgnoreFile(folder)).toMatchObject({ ok: false, error: { code: 'IsADirectory' } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
