import { existsSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';
import { cephIsInstalled } from './test/servers/ceph.ts';

/** Whole files that need what is not on this machine; test/setup.mjs installs it on Debian, else says what is left out. */
const hasClients = ['aws', 'rclone', 'curl'].every((name) => existsSync(`/usr/bin/${name}`));
const leftOut = [
  ...(cephIsInstalled ? [] : ['test/integration/{cli-ceph,kill,transfers-ceph}.test.ts']),
  ...(hasClients ? [] : ['test/integration/local-s3-clients.test.ts']),
];

export default defineConfig({
  test: {
    include: ['test/{unit,property,contract,integration}/**/*.test.{ts,tsx}'],
    exclude: [...configDefaults.exclude, ...leftOut],
    environment: 'node',
    globalSetup: ['test/servers/vitest-setup.ts'],
    env: { AWS_EC2_METADATA_DISABLED: 'true' },
    // Generous: nothing here is about speed, and CI machines are busy.
    testTimeout: 120_000,
    // The tests wait for servers and child processes more than they compute.
    maxWorkers: 3,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    reporters: ['default', ['json', { outputFile: 'test-results/vitest.json' }]],
  },
});
