import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectionId, createTestOpener, must } from '../fakes/test-connection.ts';
import { startCeph } from '../servers/ceph.ts';
import { startServerProcess } from './kill-world.ts';
import { dropWithRclone } from './drop-objects.ts';
import { runRuleKills } from './rule-kills.ts';

/** `npm run kill:rules -- [--objects 10000] [--kills 10] [--seed 1] [--ceph] [--rate 100]`: exit 1 when there was a problem. */
const { values } = parseArgs({
  options: {
    objects: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '200' },
    ceph: { type: 'boolean', default: false },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const work = await mkdtemp(join(tmpdir(), 'brigade-rule-kills-'));
const ceph = values.ceph ? await startCeph() : null;
const local = ceph === null ? await startServerProcess(join(work, 'server')) : null;
try {
  const server = ceph ?? local?.address;
  if (server === undefined) throw new Error('no server');
  const { store } = must(await createTestOpener(() => server).open(connectionId));
  const bucket = 'dropped';
  must(await store.createBucket(bucket));
  const report = await runRuleKills({
    work,
    server,
    store,
    bucket,
    objects: Number(values.objects),
    kills: Number(values.kills),
    seed: Number(values.seed),
    drop: (folder, to, prefix) => dropWithRclone(server, folder, to, prefix, Number(values.rate)),
    say,
  });
  say(JSON.stringify(report, undefined, 2));
  process.exitCode = report.problems.length > 0 ? 1 : 0;
} finally {
  local?.child.kill('SIGTERM');
  await ceph?.close();
  await rm(work, { recursive: true, force: true });
}
process.exit();
