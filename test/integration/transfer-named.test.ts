import { beforeEach, describe, expect, test } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { err } from '../../shared/result.ts';
import { must } from '../fakes/test-connection.ts';
import { begin, bucket, codes, file, put, start, world } from '../fakes/world-steps.ts';

const small = 'small';
const inParts = 'n'.repeat(30);
beforeEach(() => begin());

const onDisk = () =>
  Object.fromEntries([...world.files.entries].map(([path, { bytes }]) => [path, Buffer.from(bytes).toString()]));

/** Downloads, and the journal does not take the end of it; then `between`, and a retry. */
async function downloadTwice(conflict: string, between: () => unknown = () => undefined, removeSource = false) {
  let times = 0;
  world.on.journal = {
    updateFile: async (id, patch) => {
      // Of a move the verification is what is journaled once the file has its name.
      const isEnd = patch.state === 'done' || (removeSource && (patch.verification ?? null) !== null);
      return isEnd && times++ === 0 ? err(appError('DiskFull')) : world.journal.updateFile(id, patch);
    },
  };
  const job = await start('download', [{ key: 'k', file: '/here/k' }], { conflict, removeSource });
  await world.until(job, 'failed');
  await between();
  must(await world.service.retry(job));
  await world.until(job, 'done', 'failed', 'waiting');
  return codes(job);
}

describe('[T16] a download that had its name before the journal knew', () => {
  describe.each([
    ['of one request', small],
    ['in parts', inParts],
  ])('%s', (_, body) => {
    beforeEach(() => put('k', body));

    test.each(['skip', 'fail', 'keep-both', 'ask', 'overwrite'])(
      'is found done, and in nobody’s way: %s',
      async (conflict) => {
        expect(await downloadTwice(conflict)).toEqual(['done']);
        expect(onDisk()).toEqual({ '/here/k': body });
      },
    );

    test('of a move, lets the source go', async () => {
      expect(await downloadTwice('fail', undefined, true)).toEqual(['done']);
      expect([onDisk(), world.keys(bucket)]).toEqual([{ '/here/k': body }, []]);
    });

    test('is no longer it when somebody has put something of its size there', async () => {
      const other = 'o'.repeat(body.length);
      const replace = () => file('/here/k', other);
      expect(await downloadTwice('fail', replace, true)).toEqual(['TargetExists']);
      expect([onDisk(), world.keys(bucket)]).toEqual([{ '/here/k': other }, ['k']]);
    });

    test('is no longer it when the object has changed', async () => {
      await downloadTwice('fail', () => put('k', 'x'.repeat(body.length)), true);
      expect([onDisk(), world.keys(bucket)]).toEqual([{ '/here/k': body }, ['k']]);
    });
  });

  test('its second name is taken away', async () => {
    await put('k', small);
    world.on.files = {
      // Linked, and not unlinked any more.
      async commitTemp(temp, path, replace, attributes) {
        const linked = world.files.entries.get(temp);
        const done = await world.files.commitTemp(temp, path, replace, attributes);
        if (linked !== undefined && temp !== path) world.files.entries.set(temp, linked);
        return done;
      },
    };
    expect(await downloadTwice('fail')).toEqual(['done']);
    expect(onDisk()).toEqual({ '/here/k': small });
  });
});
