import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { cephIsInstalled } from './test/servers/ceph.ts';

/** Whole files that need what is not on this machine; test/setup.mjs installs it on Debian, else says what is left out. */
const hasClients = ['aws', 'rclone', 'curl'].every((name) => existsSync(`/usr/bin/${name}`));
const leftOut = [
  ...(cephIsInstalled ? [] : ['test/integration/{cli-ceph,kill,rules-ceph,transfers-ceph}.test.ts']),
  ...(hasClients ? [] : ['test/integration/local-s3-clients.test.ts']),
];

/** Those that take longest, the longest first: one of them at the end would keep a single core busy. */
const longest = [
  'kill-rounds',
  'transfer-simulation',
  'cli-local',
  'fault-matrix',
  'kill',
  'cli-lifecycle',
  'transfer-relay-servers',
  'local-s3-clients',
  'cli-sign-in',
  'transfer-faults',
  'put-stream',
  'no-secret-leaks',
  'sign-in-engine',
  'local-socket',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.indexOf(basename(moduleId).replace(/\.test\.tsx?$/, ''));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

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
    // A process runs many files, and loads the engine's modules once: half the time of the unit tests was loading. A test that
    // changes what a module keeps (speakErrorsAt) puts it back.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    reporters: ['default', ['json', { outputFile: 'test-results/vitest.json' }]],
  },
});
