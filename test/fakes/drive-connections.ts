import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import type { ConnectionId } from '../../shared/domain/ids.ts';
import { endedJobStates, type TransferRequestInput } from '../../shared/domain/transfer.ts';
import type { Result } from '../../shared/result.ts';
import type { CredentialWorld } from './credential-world.ts';

/** Calls the engine; whoever makes it writes down what it answers. */
export type Call = <N extends CommandName>(name: N, input: CommandInput<N>) => Promise<Result<CommandOutput<N>>>;
type Auth = CommandInput<'connections.add'>['connection']['auth'];

export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${JSON.stringify(result.error)}`);
  return result.value;
}

const bucket = 'docs';
const view = { sortBy: 'name', descending: false, filter: '' } as const;

/** All that can be done with one way to sign in: tested while typed, saved, used, changed, copied. Works, or throws. */
export async function driveConnection(
  call: Call,
  world: CredentialWorld,
  name: string,
  auth: Auth,
): Promise<ConnectionId> {
  const needsCode = name.includes('MFA');
  const code = () => (needsCode ? { mfaCode: world.nextCode() } : {});
  const connection = { name, auth, endpointUrl: world.s3.endpointUrl, pathStyle: true };
  const test = async (what: string, target: CommandInput<'connections.test'>['target'], probe: object = {}) => {
    const tested = must(await call('connections.test', { testId: what, target, ...probe, ...code() }));
    if (!tested.ok) throw new Error(`${what} of ${name}: ${JSON.stringify(tested.error)}`);
  };
  await test('typed', { connection }, { writeProbe: true, probeBucket: bucket });
  const connectionId = must(await call('connections.add', { connection })).connection.id;
  must(await call('connections.signIn', { connectionId, ...code() }));
  if (!needsCode) await test('saved', { connectionId });
  const draft = { ...connection, auth: withoutSecrets(auth) };
  if (!needsCode) await test('draft', { connectionId, draft });
  must(await call('buckets.list', { connectionId }));
  must(await call('objects.page', { connectionId, bucket, prefix: '', delimiter: '/' }));
  must(await call('connections.update', { connectionId, connection: { ...draft, name: `${name} changed` } }));
  const copy = must(await call('connections.duplicate', { connectionId })).connection.id;
  must(await call('connections.policy', { connectionId }));
  await call('connections.callerArn', { target: { connectionId } });
  must(await call('connections.export', { connectionIds: [connectionId] }));
  must(await call('connections.remove', { connectionId: copy }));
  return connectionId;
}

/** One that must be refused, at the latest when something is asked of it. */
export async function driveRefusal(call: Call, world: CredentialWorld, name: string, auth: Auth): Promise<void> {
  const connection = { name, auth, endpointUrl: world.s3.endpointUrl, pathStyle: true };
  const tested = await call('connections.test', { testId: 'bad', target: { connection }, writeProbe: true });
  if (tested.ok && tested.value.ok) throw new Error(`${name} was expected to be refused`);
  await call('connections.callerArn', { target: { connection } });
  const added = await call('connections.add', { connection });
  if (!added.ok) return;
  const connectionId = added.value.connection.id;
  const listed = await call('buckets.list', { connectionId });
  if (listed.ok) throw new Error(`${name} was expected to be refused`);
  await call('connections.test', { testId: 'bad', target: { connectionId } });
  await call('connections.signIn', { connectionId });
  await call('objects.presign', { connectionId, bucket, key: 'a.txt', expiresInSeconds: 60 });
}

/** A transfer to its end, whatever that is. */
export async function driveTransfer(call: Call, request: TransferRequestInput): Promise<string> {
  const { jobId } = must(await call('transfers.start', { request }));
  for (;;) {
    const job = must(await call('transfers.list', {})).jobs.find(({ id }) => id === jobId);
    if (job === undefined || endedJobStates.includes(job.state)) {
      await call('transfers.files', { jobId, from: 0, count: 100 });
      return job?.state ?? 'gone';
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whatever else there is to ask of a connection and of the engine. */
export async function driveTheRest(call: Call, connectionId: ConnectionId, folder: string): Promise<void> {
  const place = { connectionId, bucket };
  await call('app.info', {});
  await call('connections.list', {});
  await call('connections.externalId', {});
  await call('profiles.list', {});
  await call('preferences.set', { change: { theme: 'dark' } });
  await call('buckets.create', { connectionId, bucket: 'more' });
  await call('buckets.location', place);
  await call('buckets.remove', { connectionId, bucket: 'more' });
  await call('objects.createFolder', { ...place, prefix: 'empty/' });
  await call('objects.count', { ...place, keys: [], prefixes: [''] });
  await call('objects.stat', { ...place, key: 'nothing' });
  const object = { ...place, key: 'up/a.txt' };
  await call('objects.setTags', { ...object, tags: { colour: 'blue' } });
  await call('objects.tags', object);
  const stat = await call('objects.stat', object);
  const { etag, headers: seen } = stat.ok ? stat.value : { etag: null, headers: {} };
  await call('objects.setHeaders', { ...object, etag: etag ?? 'none', seen, headers: {} });
  await call('objects.versions', object);
  for (const versionId of ['null', 'none']) {
    await call('objects.restoreVersion', { ...object, versionId });
    await call('objects.downloadVersion', { ...object, versionId, folder: `${folder}/version`, conflict: 'skip' });
  }
  for (const source of [object, { path: `${folder}/up/a.txt` }]) await call('preview.open', { source });
  await call('preview.close', { previewId: 'preview-none' });
  const { listingId } = must(await call('listing.open', { ...place, prefix: 'up/', view }));
  const window = { from: 0, count: 10 };
  await call('listing.refresh', { listingId });
  await call('listing.setView', { listingId, view: { ...view, descending: true } });
  const { status } = must(await call('listing.rows', { listingId, ...window }));
  await call('listing.select', { listingId, version: status.version, change: { mode: 'all' }, window });
  await call('listing.selected', { listingId, window });
  await call('listing.find', { listingId, text: 'a', match: 'prefix' });
  const { selectionId } = must(await call('selection.hold', { listingId }));
  await call('selection.count', { selectionId });
  const taken = await call('selection.transfer', { selectionId, conflict: 'skip', to: { folder: `${folder}/taken` } });
  const jobId = taken.ok ? taken.value.jobId : ('job-none' as never);
  for (const name of ['transfers.pause', 'transfers.resume', 'transfers.cancel', 'transfers.retry'] as const)
    await call(name, { jobId });
  await call('transfers.move', { jobId, to: 'first' });
  await call('transfers.setPriority', { jobId, priority: 'high' });
  await call('transfers.again', { jobId });
  const limits = { upBytesPerSecond: 2_000_000_000, downBytesPerSecond: null, schedule: [] };
  await call('transfers.setLimits', { limits });
  await call('transfers.limits', {});
  await call('transfers.uploads', { place });
  const upload = { ...place, key: 'nothing', uploadId: 'upload-none' };
  await call('transfers.uploadSize', { upload });
  await call('transfers.cleanUploads', { uploads: [upload] });
  await call('transfers.answer', { jobId, fileId: 1, answer: 'skip', applyToAll: true });
  await call('selection.tag', { selectionId, set: { a: 'b' }, remove: ['colour'] });
  await call('selection.delete', { selectionId });
  await call('selection.undelete', { selectionId });
  await call('selection.release', { selectionId });
  await call('listing.close', { listingId });
  await call('objects.delete', { ...place, keys: ['up/a.txt'], prefixes: [] });
  await call('hostFiles.list', { folder });
  await call('hostFiles.createFolder', { folder, name: 'new' });
  await call('hostFiles.ensureFolder', { folder: `${folder}/newer` });
  await call('hostFiles.pick', { what: 'folder', title: 'x' });
  await call('hostFiles.reveal', { path: folder });
  await call('hostFiles.inspect', { paths: [folder] });
  await call('transfers.clear', {});
  await call('audit.setSettings', { settings: { ...place, prefix: 'audit' } });
  await call('audit.settings', {});
  await call('audit.list', { count: 100 });
  await call('events.snapshot', {});
}

/** As an edit that leaves the secrets as they are. */
function withoutSecrets(auth: Auth): CommandInput<'connections.update'>['connection']['auth'] {
  switch (auth.type) {
    case 'accessKey':
      return { type: 'accessKey', accessKeyId: auth.accessKeyId };
    case 'role': {
      const { base } = auth;
      return { ...auth, base: base.type === 'profile' ? base : { type: 'accessKey', accessKeyId: base.accessKeyId } };
    }
    case 'rolesAnywhere': {
      const {
        certificatePem: _certificate,
        privateKeyPem: _key,
        privateKeyPassphrase: _passphrase,
        ...settings
      } = auth;
      return settings;
    }
    case 'profile':
      return auth;
  }
}
