import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { createAuditJournal } from '../../main/db/audit-journal.ts';
import type { AuditLine } from '../../shared/domain/audit.ts';
import { auditedPlace, lastLines, openAuditDatabase } from '../fakes/auditing-child.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { connectionId, createTestOpener, must } from '../fakes/test-connection.ts';
import { projectDir } from '../servers/brigade.ts';
import { startTestLocalS3 } from '../servers/local-s3.ts';

const kills = 12;

test('[A50] [A51] [A52] after many kills (-9) every line is in the bucket once, in order, without a gap', {
  timeout: 600_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'brigade-audit-'));
  const filePath = join(folder, 'audit.sqlite');
  const server = await startTestLocalS3();
  const { endpointUrl, accessKeyId, secretAccessKey } = server;
  const address = { endpointUrl, accessKeyId, secretAccessKey };
  const opener = createTestOpener(() => address);
  const { store } = must(await opener.open(connectionId));
  must(await store.createBucket(auditedPlace.bucket));
  const random = createSeededRandom(11);
  const start = (next: string) =>
    spawn(
      process.execPath,
      [join(projectDir, 'test/fakes/auditing-child.ts'), filePath, JSON.stringify(address), next],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        // Most of a round is reading the same modules again.
        env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'modules') },
      },
    );

  let acknowledged = -1;
  const found = { cut: 0, written: 0 };
  for (let round = 0; round < kills; round += 1) {
    // Some that may be on the disk already, for the same line is written once.
    const child = start(String(Math.max(0, acknowledged - 1)));
    const exit = once(child, 'exit');
    // Every other time while an object is in the bucket and nobody has noted it, else anywhere.
    const aim = round % 2 === 0 ? 'put' : null;
    let left = aim === null ? random.between(1, 30) : random.between(1, 3);
    for await (const line of createInterface({ input: child.stdout })) {
      if (line !== 'put') acknowledged = Math.max(acknowledged, Number(line));
      if (aim !== null && line !== aim) continue;
      left -= 1;
      if (left === 0) setTimeout(() => child.kill('SIGKILL'), aim === null ? random.between(0, 20) : 0);
    }
    expect(await exit).toEqual([null, 'SIGKILL']);

    const db = openAuditDatabase(filePath);
    const pending = createAuditJournal(db).pending();
    db.close();
    if (pending === null) continue;
    found.cut += 1;
    if ((await store.head(pending.bucket, pending.key)).ok) found.written += 1;
  }
  const waiting = () => {
    const db = openAuditDatabase(filePath);
    const { lines } = createAuditJournal(db).waiting();
    db.close();
    return lines;
  };
  // An end waits for five seconds only ([A53]).
  do expect(await once(start('end'), 'exit')).toEqual([0, null]);
  while (waiting() > 0);

  const keys: string[] = [];
  for await (const page of store.listAll({ bucket: auditedPlace.bucket, prefix: '' }))
    keys.push(
      ...must(page)
        .rows()
        .map(({ key }) => key),
    );
  const lines: AuditLine[] = [];
  for (const key of keys) {
    expect(key).toMatch(/^a\/b\/\d{4}\/\d{2}\/\d{2}\/desk-0123abcd-\d{12}\.jsonl$/);
    const body: Uint8Array[] = [];
    for await (const chunk of must(await store.getStream(auditedPlace.bucket, key)).body) body.push(chunk);
    const texts = Buffer.concat(body).toString().split('\n');
    expect(texts.pop()).toBe('');
    expect(texts.length).toBeLessThanOrEqual(lastLines);
    lines.push(...texts.map((text) => JSON.parse(text) as AuditLine));
  }
  console.log(
    `${kills} kills, ${lines.length} lines in ${keys.length} objects; killed with a segment cut ${found.cut} times, with its object there and not noted ${found.written} times`,
  );
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
  expect(lines.map(({ count }) => count)).toEqual(lines.map((_, index) => index));
  expect(lines.length).toBeGreaterThan(acknowledged);
  // Or the kills have missed what they were for.
  expect(found.written).toBeGreaterThan(3);
  await opener.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});
