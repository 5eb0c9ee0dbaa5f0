import { useState } from 'react';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { useOnAnswer } from '../../bridge/use-answer.ts';
import { type FailureGroup, groupFailures } from '../../stores/transfer-list.ts';

/** Enough to see every reason there usually is; the count of all is with the job. */
const readFiles = 200;
const none: readonly FailureGroup[] = [];

/** Why files of a job failed, read again when their number changes. */
export function useJobFailures({ id, filesFailed }: JobView): readonly FailureGroup[] {
  const [groups, setGroups] = useState(none);
  const input = { jobId: id, states: ['failed' as const], from: 0, count: readFiles };
  useOnAnswer(
    'transfers.files',
    filesFailed === 0 ? null : input,
    (answer) => {
      if (answer.ok) setGroups(groupFailures(answer.value.files));
    },
    String(filesFailed),
  );
  return filesFailed === 0 ? none : groups;
}
