import { sameEtag } from '../../../main/s3/etag.ts';
import type { RunRecord } from '../../../main/automation/rule-record.ts';
import type { Placements } from '../copies.ts';
import type { DiskPort, DiskWatch } from '../disk-port.ts';
import type { ServerWatch, SimServer, Version } from '../server.ts';
import { watchFiles } from '../watch-files.ts';
import { isReplacedUnseen, lookId, type ObjectLooks, watchObjects } from '../watch-objects.ts';
import type { RuleWorld } from './rule-world.ts';
import { serverOfConnection } from '../world.ts';

/** Runs that are just in a step of this kind. */
export function runsIn(world: RuleWorld, action: string): RunRecord[] {
  return world.reader
    .rules()
    .flatMap((rule) =>
      world.reader.runsIn(rule.id, ['running'], 1000).filter(({ step }) => rule.actions[step]?.type === action),
    );
}

/** The rules for what transfers do to objects, and those for what rules do besides. */
export function watchRuleObjects(
  world: RuleWorld,
  server: SimServer,
  looks: ObjectLooks,
  placements: Placements,
): ServerWatch {
  const transfers = watchObjects(world, server, looks, placements);

  /** [A43] Only what an event told of is deleted; without conditions what came after the last look, too. */
  function isOfDeletion(bucket: string, key: string, removed: Version): boolean {
    return runsIn(world, 'delete').some(({ subject: { object } }) => {
      if (object?.bucket !== bucket || object.key !== key) return false;
      if (serverOfConnection(world, object.connectionId) !== server) return false;
      if (object.etag !== null && sameEtag(object.etag, removed.etag)) return true;
      if (server.profile.removals === 'kept') return false;
      const seen = looks.get(lookId(server.name, bucket, key)) ?? [];
      return isReplacedUnseen(world, seen, removed, ({ etag }) => sameEtag(etag, object.etag ?? ''));
    });
  }

  return {
    ...transfers,
    onWrite(bucket, key, version, replaced, isGuarded) {
      world.origins.noteWrite(server, bucket, key, version);
      if (world.origins.streams.has(`${server.name} ${bucket}/${key}`)) return;
      transfers.onWrite(bucket, key, version, replaced, isGuarded);
    },
    onRemove(bucket, key, removed) {
      world.origins.noteRemoval(server, bucket, key, removed);
      // What a rule was just deleting when it was removed is nobody's any more.
      if (world.removedRules > 0 || isOfDeletion(bucket, key, removed)) return;
      transfers.onRemove(bucket, key, removed);
    },
  };
}

/** The same for local files. */
export function watchRuleFiles(world: RuleWorld, placements: Placements, looks: () => DiskPort['looks']): DiskWatch {
  const transfers = watchFiles(world, placements, looks);
  return {
    ...transfers,
    onPlace(path, inode, replaced) {
      world.origins.notePlaced(path, inode.bytes);
      transfers.onPlace(path, inode, replaced);
    },
    onUnlink(path, inode) {
      const told = runsIn(world, 'delete').flatMap(({ subject: { file } }) => (file?.path === path ? [file] : []));
      if (told.length === 0 && world.removedRules > 0) return;
      if (told.length === 0) return transfers.onUnlink(path, inode);
      const isIt = told.some(
        ({ sizeBytes, lastModified }) =>
          sizeBytes === inode.bytes.length &&
          (lastModified === null || Math.floor(inode.modifiedMs) === Date.parse(lastModified)),
      );
      // A file system has no condition on deletions: what changed after the last look is lost.
      const looked = looks().get(path);
      if (!isIt && (looked === undefined || looked.bytes === inode.bytes))
        world.violate(`[A43] ${path} was deleted, which no event told of`);
    },
  };
}
