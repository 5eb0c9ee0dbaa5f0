import { serverOfConnection } from '../world.ts';
import { placeOfIndex, watchedFolder } from './places.ts';
import type { RuleWorld } from './rule-world.ts';

/** At rest every rule's place has been seen as it is. */
export function checkLooks(world: RuleWorld): void {
  for (const rule of world.reader.rules()) {
    const { trigger } = rule;
    if (trigger.type !== 'newObject' && trigger.type !== 'folder') continue;
    const filePath = [...world.indexFiles.keys()].find((path) => {
      const place = placeOfIndex(path);
      return place.type === 'folder'
        ? trigger.type === 'folder'
        : trigger.type === 'newObject' && place.connectionId === rule.connectionId && place.bucket === trigger.bucket;
    });
    if (filePath === undefined) {
      world.violate(`${rule.id} has never looked`);
      continue;
    }
    const prefix = trigger.type === 'newObject' ? trigger.prefix : '';
    const isCovered = (key: string) =>
      key.startsWith(prefix) && (trigger.recursive || !key.slice(prefix.length).includes('/'));
    const there = trigger.type === 'newObject' ? objectsAt(world, rule.connectionId, trigger.bucket) : filesAt(world);
    const known = world.observer.objectsOf(filePath);
    for (const [key, state] of there)
      if (isCovered(key) && known.get(key)?.etag !== state)
        world.violate(`[A1] ${key} is ${state} in the end, ${rule.id} knows of ${known.get(key)?.etag ?? 'nothing'}`);
    for (const key of known.keys())
      if (isCovered(key) && !there.has(key)) world.violate(`[A1] ${key} is gone in the end, ${rule.id} does not know`);
  }
}

function objectsAt(world: RuleWorld, connectionId: string, bucket: string): Map<string, string> {
  const objects = serverOfConnection(world, connectionId).buckets.get(bucket)?.objects ?? new Map();
  return new Map([...objects].map(([key, { etag }]) => [key, etag]));
}

function filesAt({ disk }: RuleWorld): Map<string, string> {
  const files = new Map<string, string>();
  for (const [path, { type, number, modifiedMs }] of disk.names) {
    if (type !== 'file' || !path.startsWith(`${watchedFolder}/`) || path.endsWith('.brigade-part')) continue;
    const seconds = Math.floor(modifiedMs / 1000);
    const nanos = BigInt(seconds) * 1_000_000_000n + BigInt(Math.round((modifiedMs - seconds * 1000) * 1e6));
    files.set(path.slice(watchedFolder.length + 1), `${number}-${nanos}`);
  }
  return files;
}
