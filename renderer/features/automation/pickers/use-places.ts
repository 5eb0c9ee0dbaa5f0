import { useEffect, useState } from 'react';
import type { ConnectionView } from '../../../../shared/domain/connection.ts';
import { useEngine } from '../../../bridge/engine-context.ts';

type Buckets = { readonly names: readonly string[]; readonly failed: boolean };
const none: Buckets = { names: [], failed: false };

/** The buckets that a connection can list, or the only one that it may use. */
export function useBucketNames(connection: ConnectionView | undefined): Buckets {
  const engine = useEngine();
  const [found, setFound] = useState<{ readonly id: string; readonly buckets: Buckets } | null>(null);
  const id = connection?.id;
  const only = connection?.restrictToBucket;
  useEffect(() => {
    if (id === undefined || only !== undefined) return undefined;
    let left = false;
    void engine.call('buckets.list', { connectionId: id }).then((answer) => {
      if (left) return;
      const names = answer.ok ? answer.value.buckets.map(({ name }) => name) : [];
      setFound({ id, buckets: { names, failed: !answer.ok } });
    });
    return () => {
      left = true;
    };
  }, [engine, id, only]);
  if (only !== undefined) return { names: [only], failed: false };
  return found !== null && found.id === id ? found.buckets : none;
}

const waitMs = 250;
const noPrefixes: readonly string[] = [];

/** The folders beside what has been typed of a prefix: one page of a listing, asked for once the typing rests. */
export function usePrefixes(connection: ConnectionView | undefined, bucket: string, typed: string): readonly string[] {
  const engine = useEngine();
  const parent = typed.slice(0, typed.lastIndexOf('/') + 1);
  const id = connection?.id;
  const key = `${id} ${bucket} ${parent}`;
  const [found, setFound] = useState<{ readonly key: string; readonly prefixes: readonly string[] } | null>(null);
  useEffect(() => {
    if (id === undefined || bucket.length < 3) return undefined;
    let left = false;
    const timer = setTimeout(() => {
      const input = { connectionId: id, bucket, prefix: parent, delimiter: '/' } as const;
      void engine.call('objects.page', input).then((answer) => {
        if (!left) setFound({ key, prefixes: answer.ok ? answer.value.prefixes : [] });
      });
    }, waitMs);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [engine, id, bucket, parent, key]);
  return found?.key === key ? found.prefixes : noPrefixes;
}

/** Pure. The folder that is meant by its name without a slash; anything else as it is. */
export function folderPart(prefix: string, prefixes: readonly string[]): string {
  const asFolder = `${prefix}/`;
  return prefix !== '' && prefixes.includes(asFolder) ? asFolder : prefix;
}
