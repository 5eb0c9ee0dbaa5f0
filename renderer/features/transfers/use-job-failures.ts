import { useEffect, useState } from 'react';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { type FailureGroup, groupFailures } from '../../stores/transfer-list.ts';

/** Enough to see every reason there usually is; the count of all is with the job. */
const readFiles = 200;
const none: readonly FailureGroup[] = [];

/** Why files of a job failed, read again when their number changes. */
export function useJobFailures({ id, filesFailed }: JobView): readonly FailureGroup[] {
  const engine = useEngine();
  const [groups, setGroups] = useState(none);
  useEffect(() => {
    if (filesFailed === 0) return;
    let left = false;
    const input = { jobId: id, states: ['failed' as const], from: 0, count: readFiles };
    void engine.call('transfers.files', input).then((answer) => {
      if (answer.ok && !left) setGroups(groupFailures(answer.value.files));
    });
    return () => {
      left = true;
    };
  }, [engine, id, filesFailed]);
  return filesFailed === 0 ? none : groups;
}
