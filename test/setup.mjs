import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Plain JavaScript for Node 20: what the tests need beside the npm packages. */

const browser = 'chromium-headless-shell';
/** Programs, the Debian package that has each, and what cannot be tested without them. */
const tools = [
  // Without a window it takes a quarter less of the machine; the whole browser will do where it cannot be had.
  { program: browser, debianPackage: browser, orElse: 'chromium', without: 'the browser tests' },
  { program: 'radosgw', debianPackage: 'radosgw', without: "the tests on Ceph's S3 gateway" },
  { program: 'ceph-mon', debianPackage: 'ceph-mon', without: "the tests on Ceph's S3 gateway" },
  { program: 'ceph-osd', debianPackage: 'ceph-osd', without: "the tests on Ceph's S3 gateway" },
  { program: 'ceph', debianPackage: 'ceph-common', without: "the tests on Ceph's S3 gateway" },
  { program: 'aws', debianPackage: 'awscli', without: 'aws-cli as an independent client' },
  { program: 'rclone', debianPackage: 'rclone', without: 'rclone as an independent client' },
  { program: 'openssl', debianPackage: 'openssl', without: 'the tests that need certificates' },
  { program: 'curl', debianPackage: 'curl', without: 'aws-cli and rclone as independent clients' },
];

const attempts = 3;

/**
 * Where Debian's packages put their programs, and nowhere else: a wrapper of the same name earlier on the PATH (pyenv
 * has one for aws) is not what the tests run.
 *
 * @param {string} program
 */
function isThere(program) {
  return ['/usr/bin', '/usr/sbin'].some((folder) => existsSync(join(folder, program)));
}

/** @param {readonly string[]} args */
function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}

/**
 * Installs what is missing where that can be done (Debian, as root) and says what the run leaves out, and why.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<{ hasBrowser: boolean }>}
 */
export async function setUpTools(say) {
  const missing = () => tools.filter(({ program }) => !isThere(program));
  const unmet = () => missing().filter(({ orElse }) => orElse === undefined || !isThere(orElse));
  const isDebian = existsSync('/etc/debian_version') && isThere('apt-get');
  const isRoot = process.getuid?.() === 0;
  if (missing().length > 0 && isDebian && isRoot) {
    const packages = missing().map(({ debianPackage }) => debianPackage);
    say(`Installing ${packages.join(', ')} (apt-get) …`);
    const install = (/** @type {readonly string[]} */ names) =>
      apt(['install', '-y', '-qq', '--no-install-recommends', ...names]);
    // What a run can do without is tried once.
    for (let attempt = 1; attempt === 1 || (attempt <= attempts && unmet().length > 0); attempt++) {
      if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, 5000 * attempt));
      if (!apt(['update', '-qq'])) continue;
      if (install(missing().map(({ debianPackage }) => debianPackage))) continue;
      // A Debian that has no such package installs none of the others with it.
      install(unmet().map(({ debianPackage, orElse }) => orElse ?? debianPackage));
    }
  }
  const left = unmet();
  const why = isDebian
    ? isRoot
      ? 'apt-get could not install it'
      : 'only root can install it (apt-get install)'
    : 'it is installed by this script on Debian only';
  for (const { program, without } of left) say(`Left out: ${without}, because ${program} is not here and ${why}.`);
  return { hasBrowser: !left.some(({ program }) => program === browser) };
}
