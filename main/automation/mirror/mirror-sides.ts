import { join } from 'node:path';
import type { ConnectionId } from '../../../shared/domain/ids.ts';
import { asFolder } from '../../../shared/domain/inside-path.ts';
import { keyToNames, namesToKey, type PathRules } from '../../../shared/domain/key-path.ts';
import type { RuleEvent } from '../../../shared/domain/rule.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { isIgnoredName } from '../folders/ignored-names.ts';
import type { ObjectStore } from '../../s3/object-store.ts';
import type { LocalFiles } from '../../transfers/files/local-files.ts';
import { isInCover } from '../index/cover.ts';
import { createPathMatcher, keysOf, pathBelow } from '../match.ts';
import type { IgnoreText } from '../take-changes.ts';
import type { RuleRecord } from '../rule-record.ts';
import { noEvent } from '../schedule-source.ts';
import type { Side } from './compare-sides.ts';

export type SidePorts = {
  readonly store: (connectionId: ConnectionId) => Promise<Result<ObjectStore>>;
  readonly connectionIdOf: (name: string) => Result<ConnectionId>;
  readonly files: Pick<LocalFiles, 'walk' | 'stat'>;
  readonly pathRules: PathRules;
  readonly ignoreText: IgnoreText;
  readonly signal: AbortSignal;
};

const pageSize = 500;

/**
 * Both sides of a mirror, as keys below its prefixes and folders: what its patterns leave out is on neither side, and so never
 * an extra. Files that are too young, too large or still being written are there all the same.
 */
export async function sidesOf(
  rule: RuleRecord,
  ports: SidePorts,
): Promise<Result<{ readonly source: Side; readonly target: Side }>> {
  const { trigger } = rule;
  const [action] = rule.actions;
  if (action === undefined || (trigger.type !== 'newObject' && trigger.type !== 'folder')) return noMirror();
  const ignored = trigger.type === 'folder' ? await ports.ignoreText(trigger.folder) : ok('');
  if (!ignored.ok) return ignored;
  const fits = createPathMatcher(keysOf(trigger, ignored.value));
  const isFlat = !trigger.recursive;
  const filter = (key: string): boolean => (!isFlat || !key.includes('/')) && fits(key);
  const inBucket = (connectionId: ConnectionId, bucket: string, prefix: string): Side =>
    keysBelow(connectionId, bucket, prefix, filter, ports);
  const inFolder = (folder: string, isSource: boolean): Side => filesBelow(folder, isSource, filter, ports);
  if (action.type === 'download' && trigger.type === 'newObject')
    return ok({ source: sourceObjects(rule, filter, ports), target: inFolder(action.folder, false) });
  if (action.type !== 'upload' && action.type !== 'copy') return noMirror();
  const named = action.connection === undefined ? ok(rule.connectionId) : ports.connectionIdOf(action.connection);
  if (!named.ok) return named;
  const target = inBucket(named.value, action.bucket, asFolder(action.prefix));
  const source = trigger.type === 'folder' ? inFolder(trigger.folder, true) : sourceObjects(rule, filter, ports);
  return ok({ source, target });
}

function noMirror(): Result<never> {
  return err(appError('InvalidInput', { field: 'mirror', reason: 'this rule is no mirror' }));
}

/** What is gone at the source, as an event: of a key below the target's place. */
export function removedEvent(rule: RuleRecord, key: string, pathRules: PathRules): RuleEvent {
  const { trigger } = rule;
  if (trigger.type === 'folder') {
    const names = keyToNames(key, pathRules);
    return { ...noEvent, type: 'removed', key: names.join('/'), path: join(trigger.folder, ...names) };
  }
  if (trigger.type !== 'newObject') throw new Error('no mirror');
  const base = trigger.prefix.slice(0, trigger.prefix.lastIndexOf('/') + 1);
  return { ...noEvent, type: 'removed', bucket: trigger.bucket, key: base + key };
}

async function* sourceObjects(
  rule: RuleRecord,
  filter: (key: string) => boolean,
  ports: SidePorts,
): AsyncGenerator<Result<readonly string[]>> {
  const { trigger, connectionId } = rule;
  if (trigger.type !== 'newObject') return;
  const { bucket, prefix } = trigger;
  const below = (key: string): string | null =>
    isInCover(trigger, key) && !key.endsWith('/') ? pathBelow(prefix, key) : null;
  yield* listed(connectionId, bucket, prefix, (key) => below(key), filter, ports);
}

function keysBelow(
  connectionId: ConnectionId,
  bucket: string,
  prefix: string,
  filter: (key: string) => boolean,
  ports: SidePorts,
): Side {
  const below = (key: string): string | null => (key.endsWith('/') ? null : key.slice(prefix.length));
  return listed(connectionId, bucket, prefix, below, filter, ports);
}

async function* listed(
  connectionId: ConnectionId,
  bucket: string,
  prefix: string,
  below: (key: string) => string | null,
  filter: (key: string) => boolean,
  { store, signal }: SidePorts,
): AsyncGenerator<Result<readonly string[]>> {
  const opened = await store(connectionId);
  if (!opened.ok) {
    yield opened;
    return;
  }
  for await (const page of opened.value.listAll({ bucket, prefix, signal })) {
    if (!page.ok) {
      yield page;
      return;
    }
    yield ok(
      page.value.rows().flatMap(({ key }) => {
        const path = below(key);
        return path === null || !filter(path) ? [] : [path];
      }),
    );
  }
  // Nobody may take a listing that was broken off for a whole one.
  if (signal.aborted) yield err(appError('Cancelled'));
}

async function* filesBelow(
  folder: string,
  isSource: boolean,
  filter: (key: string) => boolean,
  { files, pathRules, signal }: SidePorts,
): AsyncGenerator<Result<readonly string[]>> {
  const top = await files.stat(folder);
  if (!top.ok) {
    // Nothing has been downloaded yet; at the source it says nothing about what was in it.
    if (isSource || top.error.code !== 'FileNotFound') yield top;
    return;
  }
  let page: string[] = [];
  for await (const { names, info } of files.walk(folder, 'skip', signal)) {
    if (!info.ok) {
      // Of what cannot be read nobody knows what is in it.
      yield info;
      return;
    }
    if (info.value.type !== 'file' || names.some(isIgnoredName)) continue;
    const key = namesToKey(names, pathRules);
    if (!filter(key)) continue;
    page.push(key);
    if (page.length < pageSize) continue;
    yield ok(page);
    page = [];
  }
  yield signal.aborted ? err(appError('Cancelled')) : ok(page);
}
