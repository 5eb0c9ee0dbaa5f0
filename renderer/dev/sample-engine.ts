import { createFakeEngine, type FakeEngine } from '../../test/fakes/fake-engine-client.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import { type ConnectionView, connectionViewSchema } from '../../shared/domain/connection.ts';
import { type ListingRow, type ListingView, listingStatusSchema } from '../../shared/domain/listing.ts';
import { changePreferences } from '../../shared/domain/preferences.ts';
import { jobIdSchema, listingIdSchema } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { samplePreviews } from './sample-previews.ts';
import { sampleJobs } from './sample-jobs.ts';
import { sampleHostRows } from './sample-host.ts';
import { samplePreferences } from './sample-preferences.ts';
import { sampleFilePage, samplePreview, transferScene } from './sample-transfers.ts';

const connection = (id: string, name: string, more: object): ConnectionView =>
  connectionViewSchema.parse({
    id,
    name,
    kind: 'server',
    pathStyle: true,
    auth: { type: 'accessKey', accessKeyId: 'AKIDEXAMPLE', hasSessionToken: false },
    status: { state: 'ready' },
    ...more,
  });

const sampleConnections = [
  connection('conn-1', 'Finance archive', { region: 'eu-central-1' }),
  connection('conn-2', 'Media, Frankfurt', {
    status: { state: 'failing', error: appError('EndpointUnreachable', { endpoint: 'http://10.0.0.7:9000' }) },
  }),
  connection('conn-3', 'This computer', { kind: 'thisComputer' }),
  connection('conn-4', 'Payroll', {
    status: { state: 'needsYou', error: appError('ExpiredToken', {}) },
  }),
  connection('conn-5', 'Partner drop-off with a name that is too long for the sidebar', {
    status: { state: 'signingIn' },
  }),
];

const buckets = ['finance-eu', 'media-raw', 'website-assets', 'empty-bucket', 'huge', 'denied', 'slow'].map(
  (name, index): ListingRow => ({ type: 'bucket', name, createdMs: Date.UTC(2024, index, 3) }),
);

function rowsOf(bucket: string | undefined, prefix: string): ListingRow[] {
  if (bucket === undefined) return buckets;
  if (bucket === 'empty-bucket') return [];
  const folders = ['2024', '2025', '2026', 'in', 'out', 'تقارير'].map(
    (name): ListingRow => ({ type: 'folder', name, prefix: `${prefix}${name}/` }),
  );
  const objects = Array.from({ length: bucket === 'huge' ? 100_000 : 60 }, (_, index): ListingRow => {
    const name =
      index === 3
        ? `a very long name of a report that goes on and on ${'and on '.repeat(20)}.pdf`
        : `invoice-${String(index).padStart(5, '0')}.${['pdf', 'csv', 'png'][index % 3]}`;
    return {
      type: 'object',
      name,
      key: prefix + name,
      sizeBytes: (index * 7_919_113) % 5_000_000_000,
      modifiedMs: Date.now() - index * 7_200_000,
      etag: null,
      storageClass: 'STANDARD',
    };
  });
  return [...folders, ...objects];
}

/** An engine with a few connections, listings and moving transfers, all of them invented. */
export function createSampleEngine(scene: string): FakeEngine {
  let connections: ConnectionView[] = scene === 'welcome' ? [] : sampleConnections;
  let jobs = scene === 'welcome' || scene === 'browse' ? [] : (transferScene(scene) ?? sampleJobs(scene));
  let preferences = samplePreferences(new URLSearchParams(window.location.search));
  const listings = new Map<string, { rows: ListingRow[]; view: ListingView }>();
  let nextId = 1;

  const visible = ({ rows, view }: { rows: ListingRow[]; view: ListingView }) =>
    rows
      .filter((row) => row.name.toLowerCase().includes(view.filter.toLowerCase()))
      .sort((a, b) => (view.descending ? -1 : 1) * compare(a, b, view.sortBy));
  const statusOf = (id: string) => {
    const listing = listings.get(id);
    return listingStatusSchema.parse({
      listingId: id,
      version: 1,
      state: 'complete',
      total: listing?.rows.length ?? 0,
      count: listing ? visible(listing).length : 0,
      selection: { items: 0, folders: 0, bytes: 0 },
    });
  };
  const push = (event: EngineEvent) => engine.tell(event);

  const engine = createFakeEngine(
    {
      'app.info': () =>
        ok({
          version: '0',
          platform: 'linux',
          host: 'web',
          dataFolder: '/data',
          homeFolder: '/home/kim',
          downloadsFolder: '/home/kim/Downloads',
          pathSeparator: '/',
        }),
      ...samplePreviews,
      'listing.open': async (input) => {
        if ('hostFolder' in input) {
          const rows = sampleHostRows(input.hostFolder, input.hidden ?? true);
          if (!rows.ok) return rows;
          const hostId = listingIdSchema.parse(`list-${nextId++}`);
          listings.set(hostId, { rows: rows.value, view: input.view });
          return ok(statusOf(hostId));
        }
        const { bucket, prefix = '', view } = input;
        if (bucket === 'denied')
          return err(appError('AccessDenied', { bucket, permission: 's3:ListBucket' }, 'Access Denied'));
        if (bucket === 'slow') await new Promise((resolve) => setTimeout(resolve, 60_000));
        const id = listingIdSchema.parse(`list-${nextId++}`);
        listings.set(id, { rows: rowsOf(bucket, prefix), view });
        return ok(statusOf(id));
      },
      'listing.setView': ({ listingId, view }) => {
        const listing = listings.get(listingId);
        if (listing) listings.set(listingId, { ...listing, view });
        return ok(statusOf(listingId));
      },
      'listing.rows': ({ listingId, from, count }) => {
        const listing = listings.get(listingId);
        const rows = listing ? visible(listing).slice(from, from + count) : [];
        return ok({ status: statusOf(listingId), from, rows });
      },
      'listing.close': ({ listingId }) => {
        listings.delete(listingId);
        return ok({});
      },
      'preferences.set': ({ change }) => {
        preferences = changePreferences(preferences, change);
        push({ type: 'preferences.changed', preferences });
        return ok({});
      },
      'objects.count': () => ok({ objects: 1204, bytes: 3_400_000_000 }),
      'objects.presign': ({ key }) =>
        ok({
          url: `https://finance-eu.s3.eu-central-1.amazonaws.com/${encodeURI(key)}?X-Amz-Signature=${'0'.repeat(64)}`,
        }),
      'connections.test': async ({ testId }) => {
        const names = ['endpoint', 'clock', 'credentials'] as const;
        const notes = {
          endpoint: { code: 'answers', values: { endpointUrl: 'https://s3.eu-central-1.amazonaws.com' } },
          clock: { code: 'clockAgrees', values: {} },
          credentials: { code: 'accepted', values: { accessKeyId: 'AKIDEXAMPLE' } },
        } as const;
        const steps = names.map((name) => ({ name, state: 'ok' as const, note: notes[name] }));
        for (const step of steps) {
          push({ type: 'connections.testStep', testId, step: { name: step.name, state: 'running' } });
          await new Promise((resolve) => setTimeout(resolve, 300));
          push({ type: 'connections.testStep', testId, step });
        }
        const failed = {
          name: 'buckets' as const,
          state: 'failed' as const,
          error: appError('SignatureDoesNotMatch', { accessKeyId: 'AKIDEXAMPLE' }),
        };
        return ok({
          ok: false,
          steps: [...steps, failed],
          error: appError('SignatureDoesNotMatch', { accessKeyId: 'AKIDEXAMPLE' }),
        });
      },
      'thisComputer.start': () => {
        connections = sampleConnections.slice(2, 3);
        push({ type: 'connections.changed', connections });
        const [made] = connections;
        return made
          ? ok({ connection: made, folder: '/home/kim/Bucket', endpointUrl: 'http://127.0.0.1:4000' })
          : err(appError('Unsupported'));
      },
      'hostFiles.list': ({ folder }) =>
        ok({
          folder,
          parent: folder === '/' ? null : folder.slice(0, folder.lastIndexOf('/')) || '/',
          entries: ['Documents', 'Downloads', 'Pictures'].map((name) => ({
            name,
            path: `${folder}/${name}`,
            isFolder: true,
            sizeBytes: 0,
            modifiedMs: null,
          })),
        }),
      'transfers.files': ({ jobId, from, count, states }) => {
        const job = jobs.find((one) => one.id === jobId);
        const files = job ? sampleFilePage(job, from, count, states) : [];
        return ok({ files, total: states === undefined ? (job?.filesTotal ?? 0) : (job?.filesFailed ?? 0) });
      },
      'preview.open': ({ source }) =>
        'jobId' in source ? ok(samplePreview(source)) : samplePreviews['preview.open']({ source }),
      'transfers.clear': ({ jobId }) => {
        jobs = jobs.filter((job) => job.id !== jobId);
        if (jobId !== undefined) push({ type: 'transfers.jobRemoved', jobId: jobIdSchema.parse(jobId) });
        return ok({});
      },
    },
    () => ({
      connections,
      jobs,
      speed: Array.from({ length: 60 }, (_, index) => ({
        atMs: index * 1000,
        upBytesPerSecond: 150e6 + 60e6 * Math.sin(index / 4),
        downBytesPerSecond: 0,
      })),
      preferences,
    }),
  );

  if (scene === 'moving') {
    setInterval(() => {
      jobs = jobs.map((job) =>
        job.state === 'active' ? { ...job, bytesDone: Math.min(job.bytesTotal, job.bytesDone + 2e7) } : job,
      );
      engine.tell(...jobs.map((job): EngineEvent => ({ type: 'transfers.job', job })));
    }, 200);
  }
  return engine;
}

function compare(a: ListingRow, b: ListingRow, by: ListingView['sortBy']): number {
  if (a.type !== b.type) return a.type === 'folder' || a.type === 'hostFolder' ? -1 : 1;
  if (by === 'size' && a.type === 'object' && b.type === 'object') return a.sizeBytes - b.sizeBytes;
  return a.name < b.name ? -1 : 1;
}
