import { randomBytes } from 'node:crypto';
import { otherServerId } from '../../fakes/test-connection.ts';
import type { SeenRequest } from '../../fakes/seen-request.ts';
import { type Ended, endOf, file, type Lane, put, readTarget, stored, storedOrNull } from './matrix-lane.ts';

/** The columns of the matrix: what is done, and which of its requests the fault befalls. */
export type Operation = {
  readonly name: string;
  readonly matches: (request: SeenRequest) => boolean;
  readonly onTargetLine: boolean;
  readonly writesToServer: boolean;
  readonly makesUpload: boolean;
  /** The fault befalls the beginning of a multipart upload. */
  readonly beginsUpload: boolean;
  run(lane: Lane, key: string): Promise<Ended>;
};

/** As long as the new ones, so that the size gives nothing away. */
const oldOf = (bytes: Buffer) => Buffer.alloc(bytes.length, 'before ');
const isPut = ({ method, partNumber }: SeenRequest) => method === 'PUT' && partNumber === null;
const isSecondPart = ({ method, partNumber }: SeenRequest) => method === 'PUT' && partNumber === 2;
const isBegin = ({ method, query }: SeenRequest) => method === 'POST' && query.has('uploads');
const isCompletion = ({ method, uploadId }: SeenRequest) => method === 'POST' && uploadId !== null;
const isGet = ({ method, key }: SeenRequest) => method === 'GET' && key !== '';
const isSecondRange = (request: SeenRequest) => isGet(request) && /^bytes=[1-9]/.test(request.headers['range'] ?? '');
const isCopy = (request: SeenRequest) => isPut(request) && request.headers['x-amz-copy-source'] !== undefined;
const isDelete = ({ method, key }: SeenRequest) => method === 'DELETE' && key !== '';
const isHead = ({ method, key }: SeenRequest) => method === 'HEAD' && key !== '';
const isListing = ({ method, key, query }: SeenRequest) => method === 'GET' && key === '' && query.has('list-type');

const upload =
  (size: 'small' | 'big') =>
  async (lane: Lane, key: string): Promise<Ended> => {
    const bytes = randomBytes(lane.sizes[size]);
    const old = oldOf(bytes);
    await put(lane, key, old);
    const path = await file(lane, key, bytes);
    const { bench, bucket } = lane;
    const job = await bench.start({
      kind: 'upload',
      conflict: 'overwrite',
      bucket,
      items: [{ file: path, key }],
    } as never);
    return { outcome: await endOf(lane, job), target: await stored(lane, key), old, new: bytes };
  };

const download =
  (size: 'small' | 'big') =>
  async (lane: Lane, key: string): Promise<Ended> => {
    const bytes = randomBytes(lane.sizes[size]);
    const old = oldOf(bytes);
    await put(lane, key, bytes);
    const path = await file(lane, key, old);
    const { bench, bucket } = lane;
    const job = await bench.start({
      kind: 'download',
      conflict: 'overwrite',
      bucket,
      items: [{ key, file: path }],
    } as never);
    return { outcome: await endOf(lane, job), target: await readTarget(path), old, new: bytes };
  };

async function relay(lane: Lane, key: string): Promise<Ended> {
  const bytes = randomBytes(lane.sizes.small);
  await put(lane, key, bytes);
  const old = oldOf(bytes);
  await put(lane, `${key}-copy`, old);
  const { bench, bucket } = lane;
  const job = await bench.start({
    kind: 'copy',
    conflict: 'overwrite',
    bucket,
    toConnectionId: otherServerId,
    toBucket: bucket,
    items: [{ key, toKey: `${key}-copy` }],
  } as never);
  return { outcome: await endOf(lane, job), target: await stored(lane, `${key}-copy`), old, new: bytes };
}

async function copy(lane: Lane, key: string): Promise<Ended> {
  const bytes = randomBytes(lane.sizes.small);
  await put(lane, key, bytes);
  const old = oldOf(bytes);
  await put(lane, `${key}-copy`, old);
  const outcome = await endOf(lane, await startCopy(lane, key, `${key}-copy`, false));
  return { outcome, target: await stored(lane, `${key}-copy`), old, new: bytes };
}

/**
 * What is compared is the copy when the source is gone; as long as it is there nothing can be lost. `undeleted`: done, for
 * the server said so, and it is still there.
 */
async function move(lane: Lane, key: string): Promise<Ended> {
  const bytes = randomBytes(lane.sizes.small);
  await put(lane, key, bytes);
  const outcome = await endOf(lane, await startCopy(lane, key, `${key}-moved`, true));
  const [source, copied] = [await storedOrNull(lane, key), await storedOrNull(lane, `${key}-moved`)];
  if (source === null) return { outcome, target: copied, old: Buffer.alloc(0), new: bytes };
  if (!outcome.startsWith('done')) return { outcome, target: source, old: bytes, new: bytes };
  return { outcome: 'undeleted', target: copied, old: bytes, new: bytes };
}

function startCopy({ bench, bucket }: Lane, key: string, toKey: string, removeSource: boolean) {
  return bench.start({
    kind: 'copy',
    conflict: 'overwrite',
    bucket,
    toBucket: bucket,
    removeSource,
    items: [{ key, toKey }],
  } as never);
}

/** What is compared is the text of all keys. */
async function list(lane: Lane, key: string): Promise<Ended> {
  const keys = ['a', 'b c', 'é'].map((name) => `${key}/${name}`);
  const old = Buffer.from('not listed');
  for (const each of keys) await put(lane, each, old);
  const page = await lane.bench.store.listPage({ bucket: lane.bucket, prefix: `${key}/`, delimiter: '' });
  const found = page.ok ? page.value.objects.map((object) => object.key).join('\n') : null;
  return {
    outcome: page.ok ? 'done' : `failed ${page.error.code}`,
    target: found === null ? old : Buffer.from(found),
    old,
    new: Buffer.from(keys.join('\n')),
  };
}

function operation(
  name: string,
  matches: Operation['matches'],
  run: Operation['run'],
  more: Partial<Pick<Operation, 'onTargetLine' | 'writesToServer' | 'makesUpload' | 'beginsUpload'>> = {},
): Operation {
  return {
    name,
    matches,
    run,
    onTargetLine: false,
    writesToServer: false,
    makesUpload: false,
    beginsUpload: false,
    ...more,
  };
}

export const operations: readonly Operation[] = [
  operation('upload', isPut, upload('small'), { writesToServer: true }),
  operation('part', isSecondPart, upload('big'), { writesToServer: true, makesUpload: true }),
  operation('begin', isBegin, upload('big'), { writesToServer: true, makesUpload: true, beginsUpload: true }),
  operation('complete', isCompletion, upload('big'), { writesToServer: true, makesUpload: true }),
  operation('download', isGet, download('small')),
  operation('range', isSecondRange, download('big')),
  operation('relay from', isGet, relay, { writesToServer: true }),
  operation('relay to', isPut, relay, { onTargetLine: true, writesToServer: true }),
  operation('list', isListing, list),
  operation('copy', isCopy, copy, { writesToServer: true }),
  operation('look', isHead, move, { writesToServer: true }),
  operation('delete', isDelete, move, { writesToServer: true }),
];
