import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,property,contract,integration}/**/*.test.{ts,tsx}'],
    environment: 'node',
    globalSetup: ['test/servers/vitest-setup.ts'],
    env: { AWS_EC2_METADATA_DISABLED: 'true' },
    // Generous: nothing here is about speed, and CI machines are busy.
    testTimeout: 120_000,
    // The tests wait for servers and child processes more than they compute.
    maxWorkers: 3,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: 'test-results/vitest.json' }]],
  },
});
