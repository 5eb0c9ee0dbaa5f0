import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, openSync, closeSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from './free-port.ts';

const run = promisify(execFile);

export type CephUser = { readonly accessKeyId: string; readonly secretAccessKey: string };

/** What a test needs to talk to the gateway; plain data, so that it can be handed to other processes. */
export type CephAddress = CephUser & {
  readonly endpointUrl: string;
  readonly region: string;
  /** A second user without any rights of its own: for AssumeRole, and as somebody else who has no access. */
  readonly baseUser: CephUser;
};

export type Ceph = CephAddress & {
  readonly folder: string;
  /** Ends the daemons and removes their folder. Idempotent. */
  close(): Promise<void>;
};

const programs = ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-osd', 'ceph', 'monmaptool'];
const searchPath = [...(process.env['PATH'] ?? '').split(':'), '/usr/bin', '/usr/sbin'];

/** False where Debian's radosgw, ceph-mon, ceph-osd and ceph-common are not installed; `npm test` says so then. */
export const cephIsInstalled = programs.every((name) => searchPath.some((folder) => existsSync(join(folder, name))));

function configuration(folder: string, fsid: string, monitorPort: number, gatewayPort: number): string {
  return `[global]
fsid = ${fsid}
mon_host = v2:127.0.0.1:${monitorPort}
mon_initial_members = a
public_network = 127.0.0.0/8
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_mon_client_mode = crc
ms_mon_service_mode = crc
ms_mon_cluster_mode = crc
ms_client_mode = crc
ms_service_mode = crc
ms_cluster_mode = crc
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_data_avail_crit = 1
mon_max_pg_per_osd = 2000
admin_socket = ${folder}/$name.asok
log_file = ${folder}/$name.log
run_dir = ${folder}
[mon]
mon_data = ${folder}/mon
[osd]
osd_data = ${folder}/osd
osd_objectstore = memstore
memstore_device_bytes = 8589934592
[client.rgw]
rgw_data = ${folder}/rgw
rgw_frontends = beast endpoint=127.0.0.1:${gatewayPort}
rgw_s3_auth_use_sts = true
rgw_sts_key = abcdefghijklmnop
rgw_thread_pool_size = 64
`;
}

async function until(what: string, seconds: number, check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`Ceph: ${what} took more than ${seconds} s.`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

const succeeds = (attempt: Promise<unknown>): Promise<boolean> =>
  attempt.then(
    () => true,
    () => false,
  );

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/**
 * Ceph's S3 gateway on a free port of 127.0.0.1: one monitor, one object store in memory, one gateway; ready in about
 * 13 s. The daemons die with this process (where Linux's setpriv is there) unless `survive` is set.
 */
export async function startCeph(options: { readonly folder?: string; readonly survive?: boolean } = {}): Promise<Ceph> {
  if (!cephIsInstalled) throw new Error(`Ceph's gateway is not installed (needs ${programs.join(', ')}).`);
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'brigade-ceph-')));
  const configPath = join(folder, 'ceph.conf');
  for (const name of ['mon', 'osd', 'rgw']) await mkdir(join(folder, name), { recursive: true });
  const [monitorPort, gatewayPort] = [await findFreePort(), await findFreePort()];
  const fsid = randomUUID();
  await writeFile(configPath, configuration(folder, fsid, monitorPort, gatewayPort));

  const daemons: ChildProcess[] = [];
  const diesWithUs = options.survive !== true && existsSync('/usr/bin/setpriv');
  const startDaemon = async (name: string, program: string, args: readonly string[]): Promise<void> => {
    const output = openSync(join(folder, `${name}.out`), 'w');
    const line = [program, ...args, '-f', '-c', configPath];
    const [command = program, ...rest] = diesWithUs ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL', ...line] : line;
    const child = spawn(command, rest, { stdio: ['ignore', output, output], detached: options.survive === true });
    closeSync(output);
    child.unref();
    daemons.push(child);
    await writeFile(join(folder, `${name}.pid`), String(child.pid));
  };
  const close = async (): Promise<void> => {
    for (const daemon of daemons) daemon.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };

  try {
    const withConfig = (program: string, ...args: string[]) =>
      run(program, ['-c', configPath, ...args], { timeout: 30_000 });
    const monitorMap = join(folder, 'monmap');
    await run('monmaptool', ['--create', '--addv', 'a', `[v2:127.0.0.1:${monitorPort}]`, '--fsid', fsid, monitorMap]);
    await withConfig('ceph-mon', '--mkfs', '-i', 'a', '--monmap', monitorMap);
    await startDaemon('mon', 'ceph-mon', ['-i', 'a']);
    await until('the monitor', 60, () => succeeds(run('ceph', ['-c', configPath, '-s'], { timeout: 3000 })));
    const osdId = randomUUID();
    await withConfig('ceph', 'osd', 'new', osdId);
    await withConfig('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osdId);
    await startDaemon('osd', 'ceph-osd', ['-i', '0']);
    await until('the object store', 60, async () => {
      const { stdout } = await withConfig('ceph', 'osd', 'stat');
      return stdout.includes('1 up');
    });
    await startDaemon('rgw', 'radosgw', ['-n', 'client.rgw']);
    await until('the gateway', 120, () => answers(gatewayPort));
    const createUser = (id: string, key: string, secret: string, ...more: string[]) =>
      withConfig(
        ...(['radosgw-admin', '-n', 'client.rgw', 'user', 'create', `--uid=${id}`, `--display-name=${id}`] as const),
        `--access-key=${key}`,
        `--secret-key=${secret}`,
        ...more,
      );
    await Promise.all([
      createUser('test', 'TESTKEY', 'TESTSECRET', '--caps=roles=*;users=*'),
      createUser('base', 'BASEKEY', 'BASESECRET'),
    ]);
  } catch (failure) {
    const logs = await Promise.all(
      ['mon', 'osd', 'rgw'].map((name) => readFile(join(folder, `${name}.out`), 'utf8').catch(() => '')),
    );
    await close();
    throw new Error(`Ceph did not start. ${logs.join('').slice(-2000)}`, { cause: failure });
  }
  return {
    endpointUrl: `http://127.0.0.1:${gatewayPort}`,
    region: 'us-east-1',
    accessKeyId: 'TESTKEY',
    secretAccessKey: 'TESTSECRET',
    baseUser: { accessKeyId: 'BASEKEY', secretAccessKey: 'BASESECRET' },
    folder,
    close,
  };
}

async function stopByHand(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith('.pid')) continue;
    const pid = Number(await readFile(join(folder, name), 'utf8'));
    // A stale file may name somebody else's process by now.
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (commandLine.includes(folder)) process.kill(pid, 'SIGKILL');
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** By hand: `node test/servers/ceph.ts start [FOLDER]`, `… stop [FOLDER]`. */
async function main(): Promise<void> {
  const [command, folder = join(tmpdir(), 'brigade-ceph')] = process.argv.slice(2);
  if (command === 'stop') return stopByHand(folder);
  if (command !== 'start') throw new Error('usage: node test/servers/ceph.ts start|stop [FOLDER]');
  await stopByHand(folder);
  const ceph = await startCeph({ folder, survive: true });
  console.log(
    `S3 and STS on ${ceph.endpointUrl} (${ceph.accessKeyId}/${ceph.secretAccessKey}, ` +
      `${ceph.baseUser.accessKeyId}/${ceph.baseUser.secretAccessKey}); logs in ${folder}`,
  );
}

if (import.meta.main) await main();
