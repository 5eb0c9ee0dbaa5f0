import { join } from 'node:path';
import type { CommandInput, CommandName, CommandOutput } from '../shared/contract/commands.ts';
import type { EngineEvent } from '../shared/contract/events.ts';
import type { ConnectionState } from '../shared/domain/connection.ts';
import type { PathRules } from '../shared/domain/key-path.ts';
import type { TransferRequest } from '../shared/domain/transfer.ts';
import { appError, type AppError } from '../shared/errors.ts';
import { err, ok, type Result } from '../shared/result.ts';
import { recordCommands } from './automation/audit/record-commands.ts';
import { recordStreams } from './automation/audit/record-streams.ts';
import { countChanges } from './changes-under-way.ts';
import { createListingService } from './browse/listing-service.ts';
import { createObjectService } from './browse/object-service.ts';
import { createSelectionService } from './browse/selection-service.ts';
import { createFindSavedConnection, createOpenStore } from './connections/connection-details.ts';
import { createConnectionService } from './connections/connection-service.ts';
import { probeEndpoint } from './connections/probe-endpoint.ts';
import { createThisComputer, thisComputerId } from './connections/this-computer.ts';
import { forgetLater } from './connections/forget-credentials.ts';
import { createPrepareAuth } from './connections/prepare-auth.ts';
import { createSignInService } from './connections/sign-in-service.ts';
import { createCredentialLoader } from './credentials/auth-loaders.ts';
import { callerIdentity } from './credentials/caller-identity.ts';
import { createCredentialCache } from './credentials/credential-cache.ts';
import { createCredentialStore } from './credentials/credential-store.ts';
import { regionOfProfile } from './credentials/profiles/aws-files.ts';
import { createSsoSignIns } from './credentials/profiles/sso-sign-in.ts';
import { createRedactor, type Redactor } from './credentials/redact.ts';
import { openVault } from './credentials/vault/vault.ts';
import type { KeychainWrapper } from './credentials/vault/wraps.ts';
import { createCachedCredentialRepository } from './db/cached-credential-repository.ts';
import { createConnectionRepository } from './db/connection-repository.ts';
import { makeDataFolder } from './db/data-folder.ts';
import { openDatabase } from './db/open.ts';
import { createSecretRepository } from './db/secret-repository.ts';
import { createSettingRepository } from './db/setting-repository.ts';
import { createTransferJournal } from './db/transfer-journal.ts';
import { createAudit } from './engine-audit.ts';
import { createConnectionTest } from './engine-connection-test.ts';
import { createAutomation } from './engine-automation.ts';
import { createHandlers, type HostFacts } from './engine-handlers.ts';
import { createEngineStreams } from './engine-streams.ts';
import type { Engine } from './engine-types.ts';
import { createHostFileService, type HostDialogs } from './host-files/host-file-service.ts';
import { createEventHub } from './ipc/event-hub.ts';
import { createRouter } from './ipc/router.ts';
import { startLocalS3 } from './local-s3/start.ts';
import { createLog, type Log } from './log.ts';
import { type ConnectionDetails, createConnectionOpener } from './s3/connection-opener.ts';
import { createEnvironmentConnections, isEnvironmentId } from './s3/environment-connections.ts';
import { createListingThread } from './s3/data-plane/listing/listing-thread.ts';
import { createRateLimiters, setRate } from './s3/data-plane/rate-limit.ts';
import { createPreferenceService } from './preferences/preference-service.ts';
import { createPreviewService } from './preview/preview-service.ts';
import { systemClock, systemRandom } from './system-clock.ts';
import { createNodeLocalFiles } from './transfers/files/node-local-files.ts';
import { createLimitService } from './transfers/limit-service.ts';
import { createUnfinishedUploadService } from './transfers/unfinished-uploads.ts';
import { createTransferService } from './transfers/service.ts';
import { startTransferThreads, type TransferThreads } from './transfers/workers/transfer-threads.ts';

/** So long a deletion or another change that is under way may take to end when the engine is closed; then it is cut off. */
const closingPatienceMs = 5000;

export type EngineOptions = {
  /** Absolute; all state is below it. The caller holds its lock (main/ipc/hold-data-folder.ts). */
  readonly dataDir: string;
  readonly host: HostFacts['host'];
  readonly version: string;
  /** Wraps the vault's key in the system's keychain (the app). */
  readonly keychain?: KeychainWrapper | undefined;
  /** BRIGADE_VAULT_PASSPHRASE. */
  readonly passphrase?: string | undefined;
  /** False: without keychain and passphrase no secret is saved. Default true. */
  readonly mayUseKeyFile?: boolean | undefined;
  /** Once in the life of a data folder: its secrets are protected by a key file only. */
  readonly onKeyFileChosen?: ((keyFilePath: string) => void) | undefined;
  readonly dialogs?: HostDialogs | undefined;
  /** Started by who opens the engine, and closed with it; left out: of TypeScript source, which only an unbundled engine can run. */
  readonly transferThreads?: TransferThreads | undefined;
  /** The built list-worker; its TypeScript source when left out. */
  readonly listWorkerUrl?: URL | undefined;
  /** The built index-worker; its TypeScript source when left out. */
  readonly indexWorkerUrl?: URL | undefined;
  /** Learns every secret; share it with whoever else writes down what went wrong. One of its own when left out. */
  readonly redactor?: Redactor | undefined;
  /** DIR/logs when left out; one that is given has the redactor above. */
  readonly log?: Log | undefined;
  /** Answers that do not fit the contract are failures: for tests. */
  readonly checkOutput?: boolean | undefined;
};

/**
 * The composition root: the only place where services are made and joined. Fails with what the database says
 * (DatabaseCorrupt, DatabaseNewer, DatabaseLocked, DiskFull …) and has touched nothing then. Secrets are not unlocked
 * before the first is needed; jobs that were cut off are interrupted and wait to be resumed.
 */
export async function openEngine(options: EngineOptions): Promise<Result<Engine>> {
  const { dataDir, passphrase, keychain } = options;
  const { pool: workers, rates } =
    options.transferThreads ?? startTransferThreads(new URL('transfers/workers/worker-entry.ts', import.meta.url));
  const folder = makeDataFolder(dataDir);
  const database = folder.ok ? openDatabase(join(dataDir, 'brigade.sqlite')) : folder;
  if (!database.ok) {
    await workers.close();
    return database;
  }
  const db = database.value;
  const redactor = options.redactor ?? createRedactor();
  const log = options.log ?? createLog({ dataDir, redactor });
  const clock = systemClock;
  const unexpected = (where: string, thrown: unknown): void =>
    log.error({ err: thrown }, `Unexpected failure: ${where}`);

  const hub = createEventHub(clock, (thrown) => unexpected('event listener', thrown));
  const emit = (event: EngineEvent): void => hub.emit(event);
  const settings = createSettingRepository(db);
  const vault = openVault({
    dataDir,
    keychain,
    passphrase,
    settings,
    secrets: createSecretRepository(db),
    mayUseKeyFile: options.mayUseKeyFile,
    onKeyFileChosen: options.onKeyFileChosen,
    onWarning: (error: AppError) => log.warn({ error }, 'The vault has a problem'),
    onSecret: (text: string) => redactor.remember(text),
  });
  const onSecret = (text: string): void => redactor.remember(text);
  const credentialStore = createCredentialStore({
    repository: createCachedCredentialRepository(db),
    vault,
    clock,
    onWarning: (error) => log.warn({ error }, 'Credentials could not be kept for the next start'),
  });
  const cache = createCredentialCache({ clock, store: credentialStore, onSecret });
  const credentialDeps = { vault, clock, cache };
  const prepareAuth = createPrepareAuth({ clock });

  const connections = createConnectionService({
    repository: createConnectionRepository(db),
    vault,
    clock,
    prepareAuth,
    emit,
    localFolder: () => thisComputer.folder(),
    forgetCredentials: (record) => forgetLater(record, connections, credentialDeps),
    onChanged: (id) => {
      opener.forget(id);
      // It may have been waiting for what was wrong with it.
      onSignedIn();
    },
  });
  const environments = createEnvironmentConnections({
    credentialsOf: (environment) => {
      const { endpointUrl = null, region = null, verifyTls, caBundle } = environment;
      const place = { endpointUrl, region, tls: { verify: verifyTls, caBundle } };
      return cache.source(createCredentialLoader({ type: 'environment', environment }, place, credentialDeps));
    },
    regionOfProfile: (profile) => regionOfProfile(profile),
    onChanged: (id) => opener.forget(id),
  });
  const findSaved = createFindSavedConnection(connections, credentialDeps);
  const findConnection = async (connectionId: string): Promise<Result<ConnectionDetails>> => {
    if (isEnvironmentId(connectionId)) return environments.find(connectionId);
    if (connectionId === thisComputerId) {
      const started = await thisComputer.startIfSaved();
      if (!started.ok) return started;
    }
    return findSaved(connectionId);
  };
  const listingThread = createListingThread(
    options.listWorkerUrl ?? new URL('s3/data-plane/listing/list-worker.ts', import.meta.url),
  );
  const tellState = (connectionId: string, state: ConnectionState): void => {
    const saved = isEnvironmentId(connectionId) ? null : connections.find(connectionId);
    if (saved?.ok === true) connections.setStatus(saved.value.id, state);
    if (state.state === 'ready') unfinished.noteReady(connectionId);
  };
  const opener = createConnectionOpener(findConnection, clock, tellState, listingThread);
  const openStore = createOpenStore(credentialDeps);
  const thisComputer = createThisComputer({ dataDir, connections, settings, vault, clock, startLocalS3, openStore });

  const files = createNodeLocalFiles(workers);
  const pathRules: PathRules = {
    platform: process.platform === 'win32' ? 'win32' : 'posix',
    // Elsewhere it depends on the disk.
    ...(process.platform === 'win32' || process.platform === 'darwin' ? { foldsNames: true } : {}),
  };
  const journal = createTransferJournal(db);
  const unfinished = createUnfinishedUploadService({
    traces: journal,
    opener,
    clock,
    emit,
    connections: () =>
      [...connections.list(), ...environments.list()].map(({ id, name, endpointUrl = null }) => ({
        id,
        name,
        endpointUrl,
      })),
  });
  const limits = createLimitService({
    settings,
    clock,
    emit,
    apply: ({ upBytesPerSecond, downBytesPerSecond }) => {
      setRate(rates, 'up', upBytesPerSecond);
      setRate(rates, 'down', downBytesPerSecond);
    },
  });
  const audit = createAudit({
    db,
    settings,
    connections,
    environments,
    opener,
    clock,
    random: systemRandom,
    redactor,
    host: options.host,
    ruleName: (ruleId) => automation.service.views().find(({ id }) => id === ruleId)?.name ?? null,
    emit,
    onWarning: (error) => log.warn({ error }, 'A line of the audit log could not be written'),
    onUnexpected: unexpected,
  });
  const transfers = createTransferService({
    journal,
    opener,
    transport: workers,
    files,
    clock,
    random: systemRandom,
    pathRules,
    spoolFolder: join(dataDir, 'spool'),
    emit: (event) => {
      emit(event);
      audit.see(event);
    },
    findEnvironment: (server) => environments.findByServer(server),
  });
  audit.catchUp(transfers.list());
  const streams = createEngineStreams(opener, emit, createRateLimiters(rates), unfinished);
  const automation = createAutomation({
    dataDir,
    indexWorkerUrl: options.indexWorkerUrl ?? new URL('automation/index/index-worker.ts', import.meta.url),
    db,
    settings,
    connections,
    opener,
    transfers,
    files,
    pathRules,
    putStream: streams.put,
    audit: audit.ruleLine,
    isOwnLog: (key) => audit.service.isOwnSegment(key),
    recordSteps: audit.recordSteps,
    clock,
    random: systemRandom,
    emit,
    onUnexpected: unexpected,
  });
  const onSignedIn = (): void => {
    transfers.signedIn();
    audit.service.retryNow();
  };
  const previews = createPreviewService({
    opener,
    findConflictSide: async ({ jobId, fileId, side }) => {
      const sides = transfers.conflictSides(jobId, fileId);
      return sides === null
        ? err(appError('InvalidInput', { field: 'fileId' }, 'the question is not open any more'))
        : ok(sides[side]);
    },
  });
  const listings = createListingService({ opener, emit, onUnexpected: (thrown) => unexpected('listing', thrown) });
  const testDeps = { openStore, probeEndpoint, callerIdentity, clock };
  const test = createConnectionTest({
    ...testDeps,
    connections,
    credentials: credentialDeps,
    prepareAuth,
    emit,
    onSignedIn,
  });
  const signIns = createSignInService({
    connections,
    opener,
    credentials: credentialDeps,
    prepareAuth,
    callerIdentity,
    onSignedIn,
  });
  const ssoSignIns = createSsoSignIns({ clock, onSecret });

  const startTransfer = (request: TransferRequest) => transfers.start(request);
  const handlers = createHandlers(
    {
      connections,
      environments,
      thisComputer,
      listings,
      previews,
      transfers,
      rules: automation.service,
      audit: audit.service,
      limits,
      unfinished,
      preferences: createPreferenceService(settings, emit),
      hub,
      testConnection: test,
      signIns,
      ssoSignIns,
      settings,
      objects: createObjectService({ opener, emit, clock, pathRules, startTransfer }),
      selections: createSelectionService({ listings, opener, files, pathRules, emit, startTransfer }),
      hostFiles: createHostFileService(options.dialogs ?? {}),
      changes: () => changes.state(),
    },
    options,
  );
  const changes = countChanges(recordCommands(handlers, audit.recorder), clock, (state) =>
    emit({ type: 'changes.underWay', ...state }),
  );
  const dispatch = createRouter(changes.handlers, {
    onUnexpected: unexpected,
    redactor,
    ...(options.checkOutput === undefined ? {} : { checkOutput: options.checkOutput }),
  });

  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    listings.closeAll();
    previews.closeAll();
    ssoSignIns.closeAll();
    automation.service.stop();
    await Promise.all([transfers.close(), changes.settled(closingPatienceMs)]);
    await automation.ended();
    await audit.service.close();
    limits.close();
    unfinished.close();
    await thisComputer.stop();
    await opener.close();
    await listingThread.close();
    hub.close();
    db.close();
  };

  return ok({
    dispatch,
    call: <N extends CommandName>(name: N, input: CommandInput<N>) =>
      dispatch(name, input) as Promise<Result<CommandOutput<N>>>,
    subscribe: (listener) => hub.subscribe(listener),
    streams: { ...recordStreams(streams, audit.recorder), preview: previews.stream },
    close: () => (closing ??= close()),
  });
}
