import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import type { CommandOutput, CommandParsed } from '../shared/contract/commands.ts';
import type { Snapshot } from '../shared/contract/events.ts';
import { permissionsPolicy, trustPolicy } from '../shared/domain/policies.ts';
import { describeError } from '../shared/words/describe-error.ts';
import { ok, type Result } from '../shared/result.ts';
import type { ListingService } from './browse/listing-service.ts';
import type { ObjectService } from './browse/object-service.ts';
import type { SelectionService } from './browse/selection-service.ts';
import type { ConnectionRecord } from './connections/connection-record.ts';
import type { ConnectionService } from './connections/connection-service.ts';
import { exportedConnections, type ImportedConnection, readExportedConnections } from './connections/exchange.ts';
import { externalIdOf } from './connections/external-id.ts';
import type { SignInService } from './connections/sign-in-service.ts';
import type { ThisComputer } from './connections/this-computer.ts';
import { awsFilePaths } from './credentials/profiles/aws-files.ts';
import { listProfiles } from './credentials/profiles/list-profiles.ts';
import type { createSsoSignIns } from './credentials/profiles/sso-sign-in.ts';
import type { SettingRepository } from './db/setting-repository.ts';
import type { HostFileService } from './host-files/host-file-service.ts';
import type { EventHub } from './ipc/event-hub.ts';
import type { Handlers } from './ipc/router.ts';
import type { createEnvironmentConnections } from './s3/environment-connections.ts';
import type { AuditService } from './automation/audit/audit-service.ts';
import type { RuleService } from './automation/rule-service.ts';
import type { PreferenceService } from './preferences/preference-service.ts';
import type { PreviewService } from './preview/preview-service.ts';
import type { LimitService } from './transfers/limit-service.ts';
import type { UnfinishedUploadService } from './transfers/unfinished-uploads.ts';
import type { TransferService } from './transfers/service.ts';

export type EngineServices = {
  readonly connections: ConnectionService;
  readonly testConnection: (
    input: CommandParsed<'connections.test'>,
  ) => Promise<Result<CommandOutput<'connections.test'>>>;
  readonly signIns: SignInService;
  readonly ssoSignIns: ReturnType<typeof createSsoSignIns>;
  readonly settings: SettingRepository;
  readonly environments: Pick<ReturnType<typeof createEnvironmentConnections>, 'use'>;
  readonly thisComputer: ThisComputer;
  readonly listings: ListingService;
  readonly objects: ObjectService;
  readonly selections: SelectionService;
  readonly hostFiles: HostFileService;
  readonly transfers: TransferService;
  readonly rules: RuleService;
  readonly audit: AuditService;
  readonly limits: LimitService;
  readonly unfinished: UnfinishedUploadService;
  readonly preferences: PreferenceService;
  readonly previews: PreviewService;
  readonly hub: EventHub;
  readonly changes: () => Snapshot['changes'];
};

export type HostFacts = {
  readonly version: string;
  readonly host: 'electron' | 'web' | 'cli';
  readonly dataDir: string;
};

const done = async (work: Promise<Result<void>>): Promise<Result<Record<string, never>>> => {
  const result = await work;
  return result.ok ? ok({}) : result;
};

/** A policy is printed without the caller when nobody answers for so long. */
const callerTimeoutMs = 5000;

/** Each command of the contract and the service that does it. */
export function createHandlers(services: EngineServices, facts: HostFacts): Handlers {
  const {
    connections,
    signIns,
    environments,
    thisComputer,
    listings,
    transfers,
    rules,
    audit,
    limits,
    unfinished,
    preferences,
    previews,
    hub,
  } = services;
  const state = async (): Promise<Omit<Snapshot, 'seq'>> => ({
    connections: [...connections.list()],
    jobs: [...transfers.list()],
    rules: rules.views(),
    rulesPaused: rules.isPaused(),
    speed: [...transfers.speed()],
    limits: limits.current(),
    orphans: unfinished.orphanCount(),
    changes: services.changes(),
    preferences: preferences.current(),
  });

  return {
    ...services.objects,
    ...services.hostFiles,
    ...services.selections,

    'app.info': async () =>
      ok({
        version: facts.version,
        platform: process.platform,
        host: facts.host,
        dataFolder: facts.dataDir,
        homeFolder: homedir(),
        downloadsFolder: join(homedir(), 'Downloads'),
        pathSeparator: sep,
      }),
    'events.snapshot': async () => ok(await hub.snapshot(state)),

    'connections.list': async () => ok({ connections: [...connections.list()] }),
    'connections.add': async ({ connection }) => asConnection(await connections.add(connection)),
    'connections.update': async ({ connectionId, connection }) =>
      asConnection(await connections.update(connectionId, connection)),
    'connections.remove': ({ connectionId }) => done(connections.remove(connectionId)),
    'connections.test': services.testConnection,
    'connections.duplicate': async ({ connectionId }) => asConnection(await connections.duplicate(connectionId)),
    'connections.export': async ({ connectionIds }) => exportConnections(connections, connectionIds),
    'connections.import': async ({ text }) => importConnections(connections, text),
    'connections.policy': async ({ connectionId, actions }) => {
      const found = connections.find(connectionId);
      if (!found.ok) return found;
      const { settings, auth } = found.value;
      // Without a caller where nobody can be asked: the policy says where to put it.
      const caller =
        auth.type === 'role' ? await signIns.callerArn({ connectionId }, AbortSignal.timeout(callerTimeoutMs)) : null;
      const callerArn = caller?.ok === true ? caller.value : null;
      return ok({
        trustPolicy: trustPolicy(auth, callerArn),
        permissionsPolicy: permissionsPolicy(settings, actions),
      });
    },
    'connections.callerArn': async ({ target }) => {
      const arn = await signIns.callerArn(target);
      return arn.ok ? ok({ arn: arn.value }) : arn;
    },
    'connections.externalId': async () => {
      const externalId = externalIdOf(services.settings);
      return externalId.ok ? ok({ externalId: externalId.value }) : externalId;
    },
    'connections.signIn': ({ connectionId, mfaCode }) => done(signIns.signIn(connectionId, mfaCode)),
    'profiles.list': async () => ok({ profiles: await listProfiles(), ...awsFilePaths() }),
    'profiles.startSignIn': ({ profile }) => services.ssoSignIns.start(profile),
    'profiles.awaitSignIn': ({ signInId }) => done(services.ssoSignIns.wait(signInId)),
    'profiles.cancelSignIn': ({ signInId }) => done(Promise.resolve(services.ssoSignIns.cancel(signInId))),
    'connections.useEnvironment': async (environment) => ok({ connectionId: environments.use(environment) }),
    'thisComputer.start': (input) => thisComputer.start(input),

    'listing.open': (input) => listings.open(input),
    'listing.setView': (input) => listings.setView(input),
    'listing.rows': (input) => listings.rows(input),
    'listing.refresh': (input) => listings.refresh(input),
    'listing.select': (input) => listings.select(input),
    'listing.selected': (input) => listings.selected(input),
    'listing.find': (input) => listings.find(input),
    'preview.open': (input) => previews.open(input),
    'preview.close': (input) => previews.close(input),
    'listing.close': (input) => listings.close(input),

    'preferences.set': async ({ change }) => done(Promise.resolve(preferences.change(change))),

    'rules.activate': (input) => {
      audit.start();
      return rules.activate(input);
    },
    'rules.list': rules.list,
    'rules.add': rules.add,
    'rules.update': rules.update,
    'rules.remove': rules.remove,
    'rules.pause': rules.pause,
    'rules.resume': rules.resume,
    'rules.run': rules.run,
    'rules.history': rules.history,
    'rules.due': rules.due,
    'rules.retry': rules.retry,
    'rules.skip': rules.skip,
    'rules.test': rules.test,
    'rules.preview': rules.preview,
    'rules.backfill': rules.backfill,
    'rules.nextTimes': rules.nextTimes,
    'rules.cost': rules.cost,

    'audit.list': audit.list,
    'audit.settings': audit.settings,
    'audit.setSettings': audit.setSettings,

    'transfers.start': ({ request }) => transfers.start(request),
    'transfers.list': async () => ok({ jobs: [...transfers.list()] }),
    'transfers.files': async (query) => transfers.files(query),
    'transfers.pause': ({ jobId }) => done(transfers.pause(jobId)),
    'transfers.resume': ({ jobId }) => done(transfers.resume(jobId)),
    'transfers.cancel': ({ jobId }) => done(transfers.cancel(jobId)),
    'transfers.retry': ({ jobId }) => done(transfers.retry(jobId)),
    'transfers.again': ({ jobId, folder }) => transfers.again(jobId, folder),
    'transfers.clear': ({ jobId }) => done(transfers.clear(jobId)),
    'transfers.answer': ({ jobId, fileId, answer, applyToAll }) =>
      done(transfers.answer(jobId, fileId, answer, applyToAll)),
    'transfers.move': ({ jobId, to }) => done(transfers.move(jobId, to)),
    'transfers.setPriority': ({ jobId, priority }) => done(transfers.setPriority(jobId, priority)),
    'transfers.uploads': async ({ place }) => {
      const found =
        place === undefined
          ? ok({ uploads: unfinished.orphans(), incomplete: null })
          : await unfinished.inBucket(place);
      if (!found.ok) return found;
      const { uploads, incomplete } = found.value;
      return ok({
        uploads: uploads.slice(0, 1000),
        total: uploads.length,
        ...(incomplete === null ? {} : { incomplete }),
      });
    },
    'transfers.uploadSize': ({ upload }) => unfinished.size(upload),
    'transfers.cleanUploads': async ({ uploads }) => {
      const { cleaned, failed } = await unfinished.clean(uploads);
      return ok({ cleaned, failed: [...failed] });
    },
    'transfers.limits': async () => ok(limits.current()),
    'transfers.setLimits': ({ limits: wanted }) => done(Promise.resolve(limits.set(wanted))),
  };
}

function exportConnections(
  connections: ConnectionService,
  ids: readonly string[] | undefined,
): Result<{ text: string }> {
  const records: ConnectionRecord[] = [];
  for (const id of ids ?? connections.list().map((view) => view.id)) {
    const found = connections.find(id);
    if (!found.ok) return found;
    // The buckets on this computer stay on this computer.
    if (found.value.kind === 'server') records.push(found.value);
  }
  return ok({ text: exportedConnections(records) });
}

function importConnections(connections: ConnectionService, text: string): Result<CommandOutput<'connections.import'>> {
  const read = readExportedConnections(text);
  if (!read.ok) return read;
  const refused: CommandOutput<'connections.import'>['refused'] = [];
  const readable: ImportedConnection[] = [];
  for (const one of read.value) {
    if ('error' in one) refused.push({ name: one.name, reason: describeError(one.error).message });
    else readable.push(one.value);
  }
  const added = connections.addImported(readable);
  return added.ok ? ok({ added: [...added.value], refused }) : added;
}

function asConnection<T>(result: Result<T>): Result<{ connection: T }> {
  return result.ok ? ok({ connection: result.value }) : result;
}
