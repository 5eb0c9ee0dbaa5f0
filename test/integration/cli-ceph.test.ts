import { describe } from 'vitest';
import { useSharedCeph } from '../servers/shared-ceph.ts';
import { commandSuite } from './cli-commands.ts';

// How a server differs does not depend on the mode; the other one is on the local S3, and in the kill rounds on Ceph too.
describe("brigade on Ceph's gateway", () => {
  commandSuite(async () => ({ server: await useSharedCeph(), stop: async () => undefined }), 'a guest of serve');
});
