import type { Database } from 'better-sqlite3';
import type { FolderNote } from '../../../main/automation/folders/folder-identity.ts';
import type { RuleJournal } from '../../../main/automation/rule-journal.ts';
import type { RuleId } from '../../../shared/domain/ids.ts';
import type { MemoryIndex } from '../../fakes/memory-object-indexes.ts';
import type { World } from '../world.ts';
import type { Observer } from './observer.ts';
import type { Origins } from './origins.ts';

/** The simulated world with what the automation keeps in it, and what is known of that for the checks. */
export type RuleWorld = World & {
  /** Of rules, runs and steps: each commit is on the disk for good. */
  readonly db: Database;
  /** Sees what is committed. */
  readonly reader: RuleJournal;
  readonly indexFiles: Map<string, MemoryIndex>;
  readonly notes: Map<string, FolderNote>;
  readonly observer: Observer;
  readonly origins: Origins;
  /** How far the clock of this machine is ahead of the servers'. */
  wallOffsetMs: number;
  readonly hasClockJumps: boolean;
  /** Moments at which the machine's clock was set, as the scheduler counts. */
  readonly jumps: number[];
  isAllPaused: boolean;
  /** The watched folder cannot be found for a while. */
  isFolderGone: boolean;
  readonly hintLoss: number;
  readonly watchLimit: boolean;
  /** What was shown, by rule and text. */
  readonly notices: Map<string, number>;
  /** Runs that a person has touched: retried or skipped, or whose job was cancelled. */
  readonly touched: Set<number>;
  jobsCancelled: number;
  /** Rules that somebody has edited: what was for them then need not be now. */
  readonly edited: Set<RuleId>;
  removedRules: number;
  /** How often versions could not be asked for, by server and bucket: after ten times nobody does for a while ([A3]). */
  readonly versionFailures: Map<string, number>;
  /** The power goes just now. */
  isCutting: boolean;
  deaths: number;
  nowMs(): number;
};
