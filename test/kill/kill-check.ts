import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { must } from '../fakes/test-connection.ts';
import { databaseOf, type JournaledFile, journaledFiles } from '../servers/journaled-parts.ts';
import type { Scenario } from './kill-plan.ts';
import type { Tree } from './kill-trees.ts';
import type { KillWorld } from './kill-world.ts';

/** What a round is about: the old content of its target (null: nothing) and the new one. */
export type Versions = { readonly scenario: Scenario; readonly old: Tree | null; readonly new: Tree };

const isTemp = (name: string) => basename(name).endsWith('.brigade-part');

/** What the journal says of the round's own jobs (those before it: `known`); nothing where there is none that can be read. */
export function readJournal(dataDir: string, known: ReadonlySet<string> = new Set()): JournaledFile[] {
  try {
    return journaledFiles(databaseOf(dataDir)).filter(({ jobId }) => !known.has(jobId));
  } catch {
    return [];
  }
}

/**
 * What must hold whenever the process is gone: each file at the target is the old or the new one, whole; what the journal
 * calls done is the new one; a temporary file has its row; what is not at the target of a move is still at its source.
 * `journalIsWhole`: nobody has cut it short.
 */
export async function checkAfterKill(
  world: KillWorld,
  versions: Versions,
  journal: readonly JournaledFile[],
  journalIsWhole: boolean,
): Promise<string[]> {
  const problems: string[] = [];
  const { scenario } = versions;
  const target = await world.read(scenario);
  const done = new Set(journal.filter(({ state }) => state === 'done').map((row) => row.target));
  const temps = new Set(journal.map(({ tempPath }) => tempPath));
  const source = scenario.startsWith('move') ? await world.readSource() : null;
  for (const [name, hash] of versions.new) {
    const found = target.get(name);
    const isNew = found === hash;
    if (!isNew && found !== versions.old?.get(name))
      problems.push(`${name} is ${found === undefined ? 'gone' : 'neither the old nor the new one'}`);
    if (!isNew && journalIsWhole && done.has(world.targetOf(scenario, name)))
      problems.push(`${name} is done in the journal and not there`);
    if (source !== null && !isNew && source.get(name) !== hash) problems.push(`${name} is at neither end of its move`);
  }
  for (const name of target.keys()) {
    if (versions.new.has(name) || versions.old?.has(name)) continue;
    if (!isTemp(name)) problems.push(`${name} is nobody's`);
    else if (journalIsWhole && !temps.has(world.targetOf(scenario, name)))
      problems.push(`${name} is not in the journal`);
  }
  return problems;
}

export type Leftovers = {
  readonly problems: string[];
  /** Uploads the server has begun and nobody knows, without a part: the process was killed before it could note them. */
  readonly emptyUploads: number;
};

/** What must hold once a round has come to its end. Uploads that were left are aborted, for the next round. */
export async function checkAtEnd(
  world: KillWorld,
  versions: Versions,
  dataDir: string,
  known: ReadonlySet<string>,
  journalIsWhole: boolean,
): Promise<Leftovers> {
  const { scenario } = versions;
  const problems: string[] = [];
  // Before anything here reads the database, which makes such files itself.
  for (const name of await readdir(dataDir))
    if (/-wal$|-shm$|-journal$|\.sock$/.test(name)) problems.push(`${join(dataDir, name)} was left`);
  const target = await world.read(scenario);
  for (const [name, hash] of versions.new) if (target.get(name) !== hash) problems.push(`${name} has other bytes`);
  for (const name of target.keys())
    if (!versions.new.has(name) && (journalIsWhole || !isTemp(name))) problems.push(`${name} was left`);
  if (scenario.startsWith('move') && (await world.readSource()).size > 0)
    problems.push('the source of the move was left');

  let emptyUploads = 0;
  for (const { key, uploadId } of must(await world.store.listUploads(world.bucket, ''))) {
    const parts = must(await world.store.listParts(world.bucket, key, uploadId)).length;
    if (parts === 0) emptyUploads += 1;
    else if (journalIsWhole) problems.push(`an upload of ${key} was left, with ${parts} parts`);
    must(await world.store.abortMultipart(world.bucket, key, uploadId));
  }
  for (const row of readJournal(dataDir, known)) {
    if (row.jobState !== 'done' && journalIsWhole) problems.push(`a job is ${row.jobState}`);
    if (row.state === 'done' && row.verification === null) problems.push(`${row.target} is done but not verified`);
    if (row.state === 'done' && (row.uploadId !== null || (row.tempPath !== null && existsSync(row.tempPath))))
      problems.push(`${row.target} is done and has an upload or a temporary file`);
  }
  return { problems: [...new Set(problems)], emptyUploads };
}
