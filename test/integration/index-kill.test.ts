import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { openObjectIndexDatabase } from '../../main/db/object-index-database.ts';
import { bucketAt, lookedCover, lookedMark } from '../fakes/looking-child.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { must } from '../fakes/test-connection.ts';
import { createNaiveIndex } from '../property/index-world.ts';
import { projectDir } from '../servers/brigade.ts';

const rounds = 6;

test('[A1] [A2] kill -9 during looks leaves the old state or the new one, each with its changes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'brigade-index-'));
  const filePath = join(folder, 'index.sqlite');
  const random = createSeededRandom(7);
  const naive = createNaiveIndex();
  let next = 1;
  for (let round = 0; round < rounds; round += 1) {
    const program = join(projectDir, 'test/fakes/looking-child.ts');
    const child = spawn(process.execPath, [program, filePath, String(next)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    let begun = 0;
    let left = random.between(1, 4);
    for await (const line of createInterface({ input: child.stdout })) {
      begun = Number(line);
      left -= 1;
      // Anywhere in this look or the next one.
      if (left === 0) setTimeout(() => child.kill('SIGKILL'), random.between(0, 60));
    }
    expect(await exit).toEqual([null, 'SIGKILL']);

    const index = must(openObjectIndexDatabase(filePath));
    const { pass } = must(index.update([]));
    // What had begun last has happened, or not.
    expect([begun, begun + 1]).toContain(pass);
    for (let done = next; done < pass; done += 1) naive.look(lookedCover, [lookedMark], bucketAt(done));
    naive.update([]);
    next = pass + 1;
    expect(must(index.staged(0, 1_000_000))).toEqual(naive.staged);
    expect(must(index.servedMarks())).toEqual(new Map([...naive.served].map(([id, each]) => [id, each.pass])));
    index.close();
  }
  expect(naive.staged.length).toBeGreaterThan(3000);
  rmSync(folder, { recursive: true });
});
