import { describe } from 'vitest';
import { cephIsInstalled, useSharedCeph } from '../servers/shared-ceph.ts';
import { commandSuite } from './cli-commands.ts';

// `npm test` names Ceph among what it leaves out where it cannot be installed.
if (cephIsInstalled) {
  describe("brigade on Ceph's gateway", () => {
    commandSuite(async () => ({ server: await useSharedCeph(), stop: async () => undefined }), 'the only process');
  });
}
