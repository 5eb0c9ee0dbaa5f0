import { describe, expect, test } from 'vitest';
import { useSharedCeph } from '../servers/shared-ceph.ts';
import { versionBucket } from '../servers/version-bucket.ts';
import { bucket, commandSuite, done, fails, rows, server } from './cli-commands.ts';

// How a server differs does not depend on the mode; the other one is on the local S3, and in the kill rounds on Ceph too.
describe("brigade on Ceph's gateway", () => {
  commandSuite(
    async () => ({ server: await useSharedCeph(), stop: async () => undefined }),
    'a guest of serve',
    () => {
      test('versions are listed, also of what was deleted, and one of them is restored', async () => {
        await versionBucket(server, bucket);
        const address = `s3://${bucket}/in/k`;
        for (const stdin of ['first', 'second one']) await done(['cp', '-', address], { stdin });
        await done(['rm', address]);
        const listed = rows(await done(['versions', '--json', address]));
        expect(listed).toMatchObject([
          { isDeleteMarker: true, isLatest: true },
          { isDeleteMarker: false, sizeBytes: 10 },
          { isDeleteMarker: false, sizeBytes: 5 },
        ]);
        await done(['restore', address, '--version-id', String(listed[2]?.['versionId'])]);
        expect(await done(['cp', address, '-'])).toBe('first');
        expect(await done(['versions', address])).toMatch(/ 5 .*latest\n.* deleted .*\n/);
        expect(await fails(1, ['restore', address, '--version-id', 'none'])).not.toBe('');
      });
    },
  );
});
