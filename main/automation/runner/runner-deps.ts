import type { Clock, Random } from '../../../shared/domain/clock.ts';
import type { ConnectionId, RuleId, RunId } from '../../../shared/domain/ids.ts';
import type { PathRules } from '../../../shared/domain/key-path.ts';
import type { Result } from '../../../shared/result.ts';
import type { ConnectionOpener } from '../../s3/open-connection.ts';
import type { TransferService } from '../../transfers/service.ts';
import type { RuleJournal } from '../rule-journal.ts';
import type { RulePatch, RuleRecord } from '../rule-record.ts';
import type { DirectPorts } from './direct-context.ts';

export type RunnerDeps = {
  readonly journal: RuleJournal;
  readonly transfers: Pick<
    TransferService,
    'start' | 'list' | 'whenStill' | 'outcomes' | 'resume' | 'cancel' | 'clear'
  >;
  readonly opener: ConnectionOpener;
  readonly clock: Clock;
  readonly random: Random;
  readonly pathRules: PathRules;
  readonly ports: Omit<DirectPorts, 'notify'> & {
    readonly notify: (ruleId: RuleId, notice: Parameters<DirectPorts['notify']>[0]) => void;
  };
  /** All rules as they are now. */
  readonly rules: () => readonly RuleRecord[];
  readonly rule: (ruleId: RuleId) => RuleRecord | undefined;
  /** Whether runs of it may begin now: it is on, and nothing is paused. */
  readonly mayRun: (rule: RuleRecord) => boolean;
  /** The rule as it is from now on; what is given goes with the same commit. */
  readonly notePatch: (ruleId: RuleId, patch: RulePatch) => void;
  /** How many objects or files a rule's place has, as it was seen last. */
  readonly present: (rule: RuleRecord) => Promise<Result<number>>;
  /** Of a name or an id. ConnectionNotFound. */
  readonly connectionIdOf: (name: string) => Result<ConnectionId>;
  readonly connectionName: (id: ConnectionId) => string;
  /** Something about the rule's runs has changed; some of the runs. */
  readonly onRunsChanged: (ruleId: RuleId, runs: readonly RunId[]) => void;
  readonly onUnexpected: (where: string, thrown: unknown) => void;
};
