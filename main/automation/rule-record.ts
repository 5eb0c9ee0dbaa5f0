import type { ConnectionId, JobId, RuleId, RunId } from '../../shared/domain/ids.ts';
import type { RuleEvent, RuleInput, RunLink, RunState } from '../../shared/domain/rule.ts';
import type { ActionType } from '../../shared/domain/rule-action.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Mark } from './object-index.ts';

/** `afterRun`: of a backfill, the last run that was there when a person asked for it ([A9]). */
export type RuleMark = Mark & { readonly afterRun?: RunId | null };

/** A rule as it is kept. */
export type RuleRecord = Pick<RuleInput, 'name' | 'trigger' | 'conditions' | 'mirror' | 'actions' | 'enabled'> & {
  readonly id: RuleId;
  readonly connectionId: ConnectionId;
  /** Another one since it was edited to do something else. */
  readonly revision: number;
  readonly stoppedBy: AppError | null;
  /** The first is its beginning ([A4]), the others are backfills. Of schedules and manual rules none. */
  readonly marks: readonly RuleMark[];
  readonly failuresInRow: number;
  readonly lastLookMs: number | null;
  readonly lastRunMs: number | null;
  readonly scheduleMs: number | null;
  /** Deletions of a mirror up to this run are meant, however many they are ([A62]). */
  readonly deletesMeantThrough: RunId | null;
  readonly notice: AppError | null;
  readonly createdMs: number;
  readonly updatedMs: number;
};

export type RulePatch = Partial<Omit<RuleRecord, 'id' | 'createdMs'>>;

/** ETag null: whatever is there now. */
export type ActedOnObject = {
  readonly connectionId: ConnectionId;
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Where the bucket keeps versions. */
  readonly versionId?: string | undefined;
};

/** An object, and a file, that the next step acts on. */
export type Subject = {
  readonly object: ActedOnObject | null;
  readonly file: {
    readonly path: string;
    readonly sizeBytes: number | null;
    readonly lastModified: string | null;
  } | null;
  /** What steps before have read: a later one that names such an object means what was read of it ([A42]). */
  readonly taken?: readonly ActedOnObject[];
  /** A step before has left it out because something else was in its place: it has no copy there. */
  readonly isLeftOut?: true;
  /** It has taken the place of what the rule, which is for new objects only, had not acted on yet when this was seen ([A3]). */
  readonly isRewritten?: true;
  /**
   * What the presign step before has made a URL of. Not the URL: whoever has that may read the object, so it is kept nowhere,
   * and made again for the step that tells it.
   */
  readonly link: RunLink | null;
};

export type RunRecord = {
  readonly id: RunId;
  readonly ruleId: RuleId;
  readonly event: RuleEvent;
  readonly subject: Subject;
  readonly causes: readonly RuleId[];
  /** It is to be found out first whether a rule has done what was seen ([A33]). */
  readonly isHeld: boolean;
  /** Of the rule, when it was seen or begun. */
  readonly revision: number;
  readonly state: RunState;
  readonly step: number;
  readonly attempts: number;
  readonly nextMs: number | null;
  readonly seenMs: number;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  readonly error: AppError | null;
};

export type NewRun = Pick<
  RunRecord,
  'ruleId' | 'event' | 'subject' | 'causes' | 'isHeld' | 'revision' | 'nextMs' | 'seenMs'
> & {
  readonly source: string;
  /** Ended at once: there is a reason not to act on it, and a person should see it. */
  readonly skipped?: AppError;
};

export type StepRecord = {
  readonly runId: RunId;
  readonly position: number;
  readonly action: ActionType;
  readonly state: RunState;
  readonly jobId: JobId | null;
  readonly detail: string | null;
  readonly error: AppError | null;
  readonly bytes: number | null;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
};

export type RunPatch = Partial<
  Pick<
    RunRecord,
    'state' | 'step' | 'attempts' | 'nextMs' | 'startedMs' | 'endedMs' | 'error' | 'subject' | 'revision' | 'causes'
  >
>;
export type StepPatch = Partial<Omit<StepRecord, 'runId' | 'position'>>;

/** A write of a rule, where another rule looks ([A33], [A34]). */
export type OwnWrite = {
  readonly id: number;
  readonly place: string;
  readonly key: string;
  readonly runId: RunId;
  /** The writing rule last. */
  readonly causes: readonly RuleId[];
  readonly isMove: boolean;
  /** Taken away instead of written. */
  readonly isRemoval: boolean;
  readonly begunMs: number;
  readonly endedMs: number | null;
  readonly sizeBytes: number | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
};

/** What a change of runs writes; all of it is one commit. */
export type RunChange = {
  readonly runs?: readonly { readonly id: RunId; readonly patch: RunPatch }[];
  readonly steps?: readonly {
    readonly runId: RunId;
    readonly position: number;
    readonly step: StepPatch & Pick<StepRecord, 'action' | 'state'>;
  }[];
  readonly rule?: { readonly id: RuleId; readonly patch: RulePatch };
  readonly beginWrites?: readonly Omit<OwnWrite, 'id' | 'endedMs' | 'sizeBytes' | 'etag' | 'lastModified'>[];
  /** By run, place and key; `null`: nothing was written after all. */
  readonly endWrites?: readonly {
    readonly runId: RunId;
    readonly place: string;
    readonly key: string;
    readonly wrote: (Pick<OwnWrite, 'sizeBytes' | 'etag' | 'lastModified'> & { readonly endedMs: number }) | null;
    /** Its key from now on. */
    readonly savedAs?: string;
  }[];
};
