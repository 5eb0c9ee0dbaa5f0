import type { Activity } from '../../main/app/activity.ts';
import { defaultPreferences, type Preferences } from '../../shared/domain/preferences.ts';
import { type JobView, jobViewSchema } from '../../shared/domain/transfer.ts';
import { rule as sampleRule } from './rule-samples.ts';

/** What an engine is at that has these rules and jobs; all of them unremarkable but for what is said. */
export function activityWith({
  rules = [],
  jobs = [],
  allPaused = false,
  changes = {},
  preferences = {},
}: {
  readonly rules?: readonly object[];
  readonly jobs?: readonly object[];
  readonly allPaused?: boolean;
  readonly changes?: Partial<Activity['changes']>;
  readonly preferences?: Partial<Preferences>;
}): Activity {
  const views = jobs.map((job, index) => jobWith({ id: `j${index + 1}`, ...job }));
  return {
    rules: rules.map((rule, index) => sampleRule(`r${index + 1}`, { name: 'Invoices in', ...rule })),
    allPaused,
    changes: { count: 0, failed: 0, ...changes },
    jobs: new Map(views.map((job) => [job.id, job])),
    preferences: { ...defaultPreferences, ...preferences },
  };
}

function jobWith(job: object): JobView {
  return jobViewSchema.parse({
    kind: 'upload',
    connectionId: 'conn-1',
    connectionName: 'Finance',
    from: 'photos',
    to: 'finance/photos',
    bucket: 'finance',
    state: 'active',
    conflict: 'ask',
    removeSource: false,
    filesTotal: 3,
    filesDone: 0,
    filesSkipped: 0,
    filesFailed: 0,
    verified: { checksum: 0, md5: 0, size: 0 },
    bytesTotal: 3,
    bytesDone: 0,
    planned: true,
    bytesPerSecond: 0,
    secondsLeft: null,
    priority: 'normal',
    position: 1,
    createdMs: 0,
    endedMs: null,
    canRepeat: false,
    ...job,
  });
}
