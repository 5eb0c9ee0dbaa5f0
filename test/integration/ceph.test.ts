import { describe, expect, test } from 'vitest';
import { cephIsInstalled, useSharedCeph } from '../servers/shared-ceph.ts';

if (cephIsInstalled) {
  describe("the test run's Ceph", () => {
    test('answers on loopback, the same one for everybody', async () => {
      const [first, second] = await Promise.all([useSharedCeph(), useSharedCeph()]);
      expect(first).toEqual(second);
      const answer = await fetch(first.endpointUrl);
      expect(new URL(first.endpointUrl).hostname).toBe('127.0.0.1');
      expect(await answer.text()).toContain('ListAllMyBucketsResult');
    });
  });
} else {
  // Without Ceph the file still has a test: the rest of the run relies on this answer.
  test('Ceph is not installed here, and asking for it says so', async () => {
    await expect(useSharedCeph()).rejects.toThrow('is not installed');
  });
}
