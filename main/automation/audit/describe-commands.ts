import type { CommandName, CommandOutput, CommandParsed } from '../../../shared/contract/commands.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { AuditEntry } from './audit-line.ts';
import { describeRequest } from './describe-request.ts';

/** What a command says of itself. `connectionId`: its name is looked up before the command is done. */
export type Told = Partial<Omit<AuditEntry, 'id' | 'actor'>> & {
  readonly connectionId?: string | undefined;
  readonly toConnectionId?: string | undefined;
};

export type Describe<N extends CommandName> = {
  readonly action: string;
  readonly input?: (input: CommandParsed<N>) => Told;
  /** Of one that was done; wins over what the input said. */
  readonly output?: (output: CommandOutput<N>, input: CommandParsed<N>) => Told;
};

type Descriptions = { readonly [N in CommandName]: Describe<N> | null };

const job = (action: string): { action: string; input: (input: { jobId?: string | undefined }) => Told } => ({
  action,
  input: ({ jobId }) => ({ jobId }),
});
const rule = (action: string): { action: string; input: (input: { ruleId?: string | undefined }) => Told } => ({
  action,
  input: ({ ruleId }) => ({ ruleId }),
});
const savedConnection = ({ connection }: { connection: { readonly id: string; readonly name: string } }): Told => ({
  connection: { id: connection.id, name: connection.name },
});
const place = ({ connectionId, bucket }: { connectionId: string; bucket: string }): Told => ({
  connectionId,
  place: bucket,
});

const objectPlace = ({ connectionId, bucket, key }: { connectionId: string; bucket: string; key: string }): Told => ({
  connectionId,
  place: `${bucket}/${key}`,
});

/** Some were done and some were not: which of them failed first is the reason. */
function partly(count: number, failed: readonly { readonly error: unknown }[], failedCount = failed.length): Told {
  const error = failed[0]?.error as AppError | undefined;
  if (failedCount === 0) return { count };
  return { count, failed: failedCount, outcome: 'failed', ...(error === undefined ? {} : { error: error.code }) };
}

/**
 * [A50] Every command of the contract: how its line reads, or null for those that change nothing but what is on a screen.
 * Never URLs, policies, connections' settings or anything else a secret may be in. Pure.
 */
export const descriptions: Descriptions = {
  'connections.add': {
    action: 'addConnection',
    input: ({ connection }) => ({ place: connection.name }),
    output: savedConnection,
  },
  'connections.update': {
    action: 'changeConnection',
    input: ({ connectionId, connection }) => ({ connectionId, place: connection.name }),
  },
  'connections.remove': { action: 'removeConnection', input: ({ connectionId }) => ({ connectionId }) },
  'connections.duplicate': {
    action: 'duplicateConnection',
    input: ({ connectionId }) => ({ connectionId }),
    output: ({ connection }) => ({ place: connection.name }),
  },
  'connections.import': {
    action: 'importConnections',
    output: ({ added, refused }) => ({
      count: added.length,
      names: added.map(({ name }) => name),
      ...(refused.length === 0 ? {} : { failed: refused.length }),
    }),
  },
  'connections.test': {
    action: 'testConnection',
    input: ({ target }) =>
      'connectionId' in target ? { connectionId: target.connectionId } : { place: target.connection.name },
    output: ({ ok, error }) => (ok ? {} : { outcome: 'failed', ...(error === undefined ? {} : { error: error.code }) }),
  },
  'connections.signIn': { action: 'signIn', input: ({ connectionId }) => ({ connectionId }) },
  'profiles.startSignIn': {
    action: 'signIn',
    input: ({ profile }) => ({ place: profile }),
    output: () => ({ outcome: 'begun' }),
  },
  'profiles.awaitSignIn': { action: 'signIn' },

  'buckets.create': { action: 'createBucket', input: place },
  'buckets.remove': { action: 'removeBucket', input: place },
  'objects.createFolder': {
    action: 'createFolder',
    input: ({ connectionId, bucket, prefix }) => ({ connectionId, place: `${bucket}/${prefix}` }),
  },
  'objects.delete': {
    action: 'delete',
    input: ({ connectionId, bucket, keys, prefixes }) => {
      const names = [...prefixes, ...keys].map((name) => `${bucket}/${name}`);
      return { connectionId, place: names[0] ?? bucket, names };
    },
    output: ({ deleted, failed }) => partly(deleted.length, failed),
  },
  'objects.presign': {
    action: 'presign',
    input: ({ connectionId, bucket, key, expiresInSeconds }) => ({
      connectionId,
      place: `${bucket}/${key}`,
      message: `for ${expiresInSeconds} s`,
    }),
  },
  'objects.setTags': { action: 'tag', input: objectPlace },
  'objects.setHeaders': { action: 'changeMetadata', input: objectPlace },
  'objects.downloadVersion': {
    action: 'download',
    input: ({ folder, versionId, ...where }) => ({ ...objectPlace(where), to: folder, message: versionId }),
    output: ({ jobId }) => ({ outcome: 'begun', jobId }),
  },
  'objects.restoreVersion': {
    action: 'restoreVersion',
    input: ({ versionId, ...where }) => ({ ...objectPlace(where), message: versionId }),
  },
  'selection.delete': {
    action: 'delete',
    output: ({ deletedCount, failedCount, failed }) => partly(deletedCount, failed, failedCount),
  },
  'selection.undelete': {
    action: 'undelete',
    output: ({ restoredCount, failedCount, failed }) => partly(restoredCount, failed, failedCount),
  },
  'selection.tag': {
    action: 'tag',
    output: ({ taggedCount, failedCount, failed }) => partly(taggedCount, failed, failedCount),
  },
  'selection.transfer': {
    action: 'copy',
    input: ({ to, removeSource }) => {
      const isToFolder = 'folder' in to;
      return {
        // Whether it is an upload is known by what was selected.
        ...(removeSource ? { action: 'move' } : isToFolder ? { action: 'download' } : {}),
        to: isToFolder ? to.folder : `${to.bucket}/${to.prefix}`,
        ...(isToFolder ? {} : { toConnectionId: to.connectionId }),
      };
    },
    output: ({ jobId }) => ({ outcome: 'begun', jobId }),
  },

  'transfers.start': {
    action: 'copy',
    input: ({ request }) => describeRequest(request),
    output: ({ jobId }) => ({ outcome: 'begun', jobId }),
  },
  'transfers.again': {
    action: 'repeatTransfer',
    input: ({ jobId, folder }) => ({ place: jobId, to: folder }),
    output: ({ jobId }) => ({ outcome: 'begun', jobId }),
  },
  'transfers.pause': job('pauseTransfer'),
  'transfers.resume': job('resumeTransfer'),
  'transfers.cancel': job('cancelTransfer'),
  'transfers.retry': job('retryTransfer'),
  'transfers.clear': job('clearTransfers'),
  'transfers.move': job('reorderTransfer'),
  'transfers.setPriority': {
    action: 'reorderTransfer',
    input: ({ jobId, priority }) => ({ jobId, message: priority }),
  },
  'transfers.answer': {
    action: 'answerConflict',
    input: ({ jobId, answer, applyToAll }) => ({ jobId, message: applyToAll ? `${answer}, for all` : answer }),
  },
  'transfers.cleanUploads': {
    action: 'cleanUploads',
    input: ({ uploads }) => {
      const names = uploads.map(({ bucket, key }) => `${bucket}/${key}`);
      return { connectionId: uploads[0]?.connectionId, place: names[0], names };
    },
    output: ({ cleaned, failed }) => partly(cleaned, failed),
  },
  'transfers.setLimits': {
    action: 'changeLimits',
    input: ({ limits: { upBytesPerSecond: up, downBytesPerSecond: down } }) => ({
      message: `up ${up ?? 'off'}, down ${down ?? 'off'} bytes/s`,
    }),
  },

  'rules.add': {
    action: 'addRule',
    input: ({ rule: { name } }) => ({ place: name }),
    output: ({ rule: { id, connectionId } }) => ({ ruleId: id, connectionId }),
  },
  'rules.update': { action: 'changeRule', input: ({ ruleId, rule: { name } }) => ({ ruleId, place: name }) },
  'rules.remove': rule('removeRule'),
  'rules.pause': rule('pauseRules'),
  'rules.resume': rule('resumeRules'),
  'rules.run': { ...rule('runRule'), output: ({ started }) => ({ count: started }) },
  'rules.retry': rule('retryRuns'),
  'rules.skip': rule('skipRuns'),
  'rules.backfill': {
    action: 'backfillRule',
    input: ({ ruleId, fromMs, toMs }) => ({
      ruleId,
      message: [fromMs, toMs].map((atMs) => new Date(atMs).toISOString()).join(' to '),
    }),
    output: ({ started }) => ({ count: started }),
  },

  'hostFiles.createFolder': {
    action: 'createLocalFolder',
    input: ({ folder, name }) => ({ place: folder, names: [folder, name] }),
    output: ({ path }) => ({ place: path, names: undefined }),
  },
  'hostFiles.ensureFolder': { action: 'createLocalFolder', input: ({ folder }) => ({ place: folder }) },

  'audit.setSettings': {
    action: 'changeAuditLog',
    input: ({ settings }) =>
      settings === null
        ? { message: 'off' }
        : { connectionId: settings.connectionId, place: `${settings.bucket}/${settings.prefix}` },
  },

  // Nothing but the engine's own state, or what is on a screen.
  'app.info': null,
  'events.snapshot': null,
  'connections.list': null,
  'connections.export': null,
  'connections.policy': null,
  'connections.callerArn': null,
  'connections.externalId': null,
  'connections.useEnvironment': null,
  'profiles.list': null,
  'profiles.cancelSignIn': null,
  'thisComputer.start': null,
  'preferences.set': null,
  'rules.activate': null,
  'rules.list': null,
  'rules.history': null,
  'rules.due': null,
  'rules.test': null,
  'rules.preview': null,
  'rules.nextTimes': null,
  'rules.cost': null,
  'audit.list': null,
  'audit.settings': null,
  'listing.open': null,
  'listing.refresh': null,
  'listing.setView': null,
  'listing.rows': null,
  'listing.select': null,
  'listing.selected': null,
  'listing.find': null,
  'listing.close': null,
  'selection.hold': null,
  'selection.release': null,
  'selection.count': null,
  'buckets.list': null,
  'buckets.location': null,
  'objects.page': null,
  'objects.stat': null,
  'objects.count': null,
  'objects.tags': null,
  'objects.versions': null,
  'preview.open': null,
  'preview.close': null,
  'transfers.list': null,
  'transfers.files': null,
  'transfers.uploads': null,
  'transfers.uploadSize': null,
  'transfers.limits': null,
  'hostFiles.list': null,
  'hostFiles.pick': null,
  'hostFiles.reveal': null,
  'hostFiles.inspect': null,
};
