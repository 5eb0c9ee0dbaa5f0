import { describe } from 'vitest';
import { useSharedCeph } from '../servers/shared-ceph.ts';
import { commandSuite } from './cli-commands.ts';

describe("brigade on Ceph's gateway", () => {
  commandSuite(async () => ({ server: await useSharedCeph(), stop: async () => undefined }), 'the only process');
});
