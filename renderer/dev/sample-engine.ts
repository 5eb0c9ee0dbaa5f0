import { createFakeEngine, type FakeEngine } from '../../test/fakes/fake-engine-client.ts';
import type { EngineEvent } from '../../shared/contract/events.ts';
import { type ConnectionView, connectionViewSchema } from '../../shared/domain/connection.ts';
import { changePreferences } from '../../shared/domain/preferences.ts';
import { jobIdSchema } from '../../shared/domain/ids.ts';
import { appError } from '../../shared/errors.ts';
import { err, ok } from '../../shared/result.ts';
import { sampleConnectionTest, testScenes } from './sample-connection-test.ts';
import { samplePreviews } from './sample-previews.ts';
import { sampleHostFolder } from './sample-host.ts';
import { sampleJobs } from './sample-jobs.ts';
import { createSampleListings } from './sample-listings.ts';
import { samplePreferences } from './sample-preferences.ts';
import { methodScenes, sampleMethods, withSampleAuth } from './sample-methods.ts';
import { createSampleAutomation } from './sample-automation.ts';
import { sampleSignIn, signInScenes } from './sample-sign-in.ts';
import { sampleLimits, sampleUploads } from './sample-limits.ts';
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
  connection('conn-3', 'This computer', {
    kind: 'thisComputer',
    endpointUrl: 'http://127.0.0.1:4000',
    folder: '/home/kim/.local/share/Bucket Brigade/local-bucket-folder',
  }),
  connection('conn-4', 'Payroll', {
    status: { state: 'needsYou', error: appError('ExpiredToken', {}) },
  }),
  connection('conn-5', 'Partner drop-off with a name that is too long for the sidebar', {
    status: { state: 'signingIn' },
  }),
  connection('conn-6', 'Uploads only', {}),
];

/** The scenes that are about a connection: its first one is in that state, and says so instead of a list. */
const connectionStates: Readonly<Record<string, ConnectionView['status']>> = {
  'signing-in': { state: 'signingIn' },
  'expired-sign-in': { state: 'needsYou', error: appError('ExpiredToken', { accessKeyId: 'ASIDEXAMPLE' }) },
  'failing-connection': { state: 'failing', error: appError('HostNotFound', { host: 's3.example.com' }) },
  'network-down': {
    state: 'failing',
    error: appError('EndpointUnreachable', { endpoint: 'https://s3.eu-central-1.amazonaws.com' }),
  },
};
const quietScenes = [
  'welcome',
  'browse',
  'counting',
  'undeleting',
  ...testScenes,
  ...Object.keys(connectionStates),
  ...Object.keys(signInScenes),
  ...methodScenes,
];

function connectionsOf(scene: string): ConnectionView[] {
  const status = connectionStates[scene];
  const change = status ? { status } : signInScenes[scene];
  if (scene === 'welcome') return [];
  // Nothing to choose among.
  if (scene === 'rules-first') return sampleConnections.slice(0, 1);
  return sampleConnections.map((one, index) => (index === 0 ? withSampleAuth({ ...one, ...change }, scene) : one));
}

/** An engine with a few connections, listings and moving transfers, all of them invented. */
export function createSampleEngine(scene: string): FakeEngine {
  let connections = connectionsOf(scene);
  const isQuiet = quietScenes.includes(scene) || scene.startsWith('rules');
  let jobs = isQuiet ? [] : (transferScene(scene) ?? sampleJobs(scene));
  const search = new URLSearchParams(window.location.search);
  let preferences = samplePreferences(search);
  const push = (event: EngineEvent) => engine.tell(event);
  const automation = createSampleAutomation(scene, () => connections, push);

  const engine = createFakeEngine(
    {
      'app.info': () =>
        ok({
          version: '0',
          platform: 'linux',
          host: search.get('host') === 'electron' ? 'electron' : 'web',
          dataFolder: '/data',
          homeFolder: '/home/kim',
          downloadsFolder: '/home/kim/Downloads',
          pathSeparator: '/',
        }),
      ...samplePreviews,
      ...createSampleListings(push, connectionStates[scene] ?? signInScenes[scene]?.status ?? { state: 'ready' }),
      ...(scene === 'undeleting' ? { 'selection.undelete': () => new Promise<never>(() => undefined) } : {}),
      ...(scene === 'counting' ? { 'selection.count': () => new Promise<never>(() => undefined) } : {}),
      'preferences.set': ({ change }) => {
        preferences = changePreferences(preferences, change);
        push({ type: 'preferences.changed', preferences });
        return ok({});
      },
      'objects.presign': ({ key }) =>
        ok({
          url: `https://finance-eu.s3.eu-central-1.amazonaws.com/${encodeURI(key)}?X-Amz-Signature=${'0'.repeat(64)}`,
          worksUntilMs: Date.now() + 3_600_000,
          endsWith: 'credentials',
        }),
      ...sampleSignIn(scene, () => connections),
      ...sampleMethods(scene),
      'connections.test': ({ testId, mfaCode, writeProbe }) =>
        sampleConnectionTest(scene, testId, { mfaCode, writeProbe }, push),
      'thisComputer.start': () => {
        connections = sampleConnections.slice(2, 3);
        push({ type: 'connections.changed', connections });
        const [made] = connections;
        return made
          ? ok({ connection: made, folder: '/home/kim/Bucket', endpointUrl: 'http://127.0.0.1:4000' })
          : err(appError('Unsupported'));
      },
      ...sampleUploads(scene),
      ...automation.answers,
      'transfers.setLimits': ({ limits }) => {
        push({ type: 'transfers.limits', limits: { limits, now: { ...limits, untilMs: null } } });
        return ok({});
      },
      'hostFiles.list': ({ folder }) => sampleHostFolder(folder),
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
      ...automation.snapshot(),
      limits: sampleLimits(scene),
      orphans: scene === 'unfinished' ? 3 : 0,
      changes: { count: 0, failed: 0 },
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
