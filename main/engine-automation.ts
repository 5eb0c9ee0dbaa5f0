import { join } from 'node:path';
import type { EngineEvent } from '../shared/contract/events.ts';
import type { Clock, Random } from '../shared/domain/clock.ts';
import type { PathRules } from '../shared/domain/key-path.ts';
import { ok } from '../shared/result.ts';
import { createFolderWatcher, folderIndexName } from './automation/folders/folder-watcher.ts';
import { createObjectIndexes } from './automation/index/index-thread.ts';
import { compareSides } from './automation/mirror/compare-sides.ts';
import { readIgnoreFile } from './automation/folders/ignore-file.ts';
import { sweepIndexes } from './automation/index/sweep-indexes.ts';
import { bucketIndexName, createBucketPoller } from './automation/polling/bucket-poller.ts';
import { createRuleService, type RuleService, type RuleServiceOptions } from './automation/rule-service.ts';
import type { ConnectionService } from './connections/connection-service.ts';
import type { Db } from './db/open.ts';
import { createRuleJournal } from './db/rule-journal.ts';
import type { SettingRepository } from './db/setting-repository.ts';
import type { RuleJournal } from './automation/rule-journal.ts';
import type { EngineStreams } from './engine-types.ts';
import type { ConnectionOpener } from './s3/open-connection.ts';
import type { LocalFiles } from './transfers/files/local-files.ts';
import type { TransferService } from './transfers/service.ts';

const pausedSetting = 'rulesPaused';

/** The automation, joined to what it looks at and acts through. Watches nothing before it is activated. */
export function createAutomation(deps: {
  readonly dataDir: string;
  readonly indexWorkerUrl: URL;
  readonly db: Db;
  readonly settings: SettingRepository;
  readonly connections: ConnectionService;
  readonly opener: ConnectionOpener;
  readonly transfers: TransferService;
  readonly files: LocalFiles;
  readonly pathRules: PathRules;
  readonly putStream: EngineStreams['put'];
  readonly audit: RuleServiceOptions['audit'];
  readonly isOwnLog: (key: string) => boolean;
  readonly recordSteps: (journal: RuleJournal) => RuleJournal;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: (event: EngineEvent) => void;
  readonly onUnexpected: (where: string, thrown: unknown) => void;
}) {
  const { connections, settings, opener, clock, random, onUnexpected } = deps;
  const indexes = createObjectIndexes(deps.indexWorkerUrl);
  const folder = join(deps.dataDir, 'automation');
  const common = {
    indexes,
    clock,
    random,
    folder,
    onUnexpected: (thrown: unknown) => onUnexpected('automation', thrown),
  };
  let compared = 0;
  const service = createRuleService({
    ...deps,
    journal: deps.recordSteps(createRuleJournal(deps.db)),
    putStream: (place, body, signal) => deps.putStream(place, body, signal),
    connections: {
      idOf: (name) => {
        const found = connections.find(name);
        return found.ok ? ok(found.value.id) : found;
      },
      nameOf: (id) => {
        const found = connections.find(id);
        return found.ok ? found.value.settings.name : id;
      },
    },
    openBuckets: (take, onChanged) => createBucketPoller({ ...common, opener, take, onChanged }),
    openFolders: (take, onChanged) => createFolderWatcher({ ...common, ignoreText: readIgnoreFile, take, onChanged }),
    ignoreText: readIgnoreFile,
    compare: (source, target) => {
      compared += 1;
      return compareSides(indexes, join(folder, `compare-${compared}.sqlite`), source, target);
    },
    paused: {
      get: () => settings.get(pausedSetting) === 'true',
      set: (paused) => settings.set(pausedSetting, String(paused)),
    },
  });
  async function sweep(): Promise<void> {
    const wanted = service.views().flatMap(({ trigger, connectionId }) => {
      if (trigger.type === 'newObject') return [bucketIndexName(connectionId, trigger.bucket)];
      return trigger.type === 'folder' ? [folderIndexName(trigger.folder)] : [];
    });
    await sweepIndexes(folder, new Set(wanted));
  }
  let swept: Promise<void> | null = null;
  return {
    service: {
      ...service,
      async activate(input) {
        await (swept ??= sweep());
        return service.activate(input);
      },
    } satisfies RuleService,
    async ended(): Promise<void> {
      await service.ended();
      await indexes.close();
    },
  };
}
