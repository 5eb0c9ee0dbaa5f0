import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PartSizes } from '../../../main/transfers/part-plan.ts';
import type { RetryPolicy } from '../../../main/transfers/retry.ts';
import type { JobId } from '../../../shared/domain/ids.ts';
import { type FaultyLine, startFaultyLine } from '../../fakes/faulty-line.ts';
import { must, type S3Address } from '../../fakes/test-connection.ts';
import { createRawS3Client, type RawAnswer, type RawRequest, type RawS3Client } from '../../servers/raw-s3-client.ts';
import { childText } from '../../../main/local-s3/http/xml-read.ts';
import { quickRetries, startTransferBench, type TransferBench } from '../../fakes/transfer-bench.ts';
import type { FaultRow } from './fault-rows.ts';
import type { Operation } from './operations.ts';

/**
 * An engine's part of its own with its own lines before the server, so that what happens to one is not the fault of
 * another. One worker thread: its next request takes the socket that the last one left.
 */
export type Lane = {
  readonly bench: TransferBench;
  /** Before the connection of most operations, and before the one that copies go to. */
  readonly line: FaultyLine;
  readonly targetLine: FaultyLine;
  /** Past the lines. */
  readonly direct: RawS3Client;
  readonly bucket: string;
  readonly folder: string;
  readonly sizes: MatrixSizes;
  close(): Promise<void>;
};

export type MatrixSizes = PartSizes & { readonly small: number; readonly big: number };

export type LaneOptions = {
  readonly sizes: MatrixSizes;
  readonly stallMs: number;
  readonly retryPolicy?: RetryPolicy;
};

export async function startLane(
  server: S3Address,
  root: string,
  { sizes, stallMs, retryPolicy = quickRetries }: LaneOptions,
): Promise<Lane> {
  const line = await startFaultyLine(server.endpointUrl);
  const targetLine = await startFaultyLine(server.endpointUrl);
  const folder = await mkdtemp(join(root, 'lane-'));
  await mkdir(join(folder, 'files'));
  await mkdir(join(folder, 'state'));
  const bench = await startTransferBench(
    { ...server, endpointUrl: line.endpointUrl },
    {
      other: { ...server, endpointUrl: targetLine.endpointUrl },
      folder: join(folder, 'state'),
      stallMs,
      retryPolicy,
      partSizes: sizes,
      maxThreads: 1,
    },
  );
  const direct = createRawS3Client({ ...server, port: Number(new URL(server.endpointUrl).port) });
  const bucket = `matrix-${randomBytes(4).toString('hex')}`;
  await ask(direct, { method: 'PUT', path: `/${bucket}` });
  return {
    bench,
    line,
    targetLine,
    direct,
    bucket,
    folder: join(folder, 'files'),
    sizes,
    async close() {
      await bench.close();
      direct.close();
      await line.close();
      await targetLine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ask(direct: RawS3Client, request: RawRequest): Promise<RawAnswer> {
  const answer = await direct.send(request);
  if (answer.status > 299) throw new Error(`${request.method} ${request.path}: ${answer.status} ${answer.code}`);
  return answer;
}

export async function put({ direct, bucket }: Lane, key: string, body: Uint8Array): Promise<void> {
  await ask(direct, { method: 'PUT', path: `/${bucket}/${key}`, body });
}

export async function stored({ direct, bucket }: Lane, key: string): Promise<Buffer> {
  return (await ask(direct, { method: 'GET', path: `/${bucket}/${key}` })).body;
}

export async function storedOrNull({ direct, bucket }: Lane, key: string): Promise<Buffer | null> {
  const { status, body } = await direct.send({ method: 'GET', path: `/${bucket}/${key}` });
  if (status === 200) return body;
  if (status === 404) return null;
  throw new Error(`${key}: ${status}`);
}

/** Takes uploads that were left away again; says how many there were. */
async function takeUploadsAway({ direct, bucket }: Lane): Promise<number> {
  const { xml } = await ask(direct, { method: 'GET', path: `/${bucket}`, query: [['uploads', '']] });
  const left = xml?.children.filter(({ name }) => name === 'Upload') ?? [];
  for (const upload of left) {
    const query: [string, string][] = [['uploadId', childText(upload, 'UploadId') ?? '']];
    await ask(direct, { method: 'DELETE', path: `/${bucket}/${childText(upload, 'Key')}`, query });
  }
  return left.length;
}

/** How a job of one file ended: `done checksum`, `failed SlowDown` … Its rows are cleared, and with them what it left. */
export async function endOf({ bench }: Lane, jobId: JobId): Promise<string> {
  const job = await bench.until(jobId, 'done', 'failed');
  const [file] = bench.filesOf(jobId);
  must(await bench.service.clear(jobId));
  if (job.state === 'done') return `done ${file?.verification ?? 'unverified'}`;
  return `failed ${file?.error?.code ?? job.error?.code ?? 'without a reason'}`;
}

/** Uploads and objects have old content at their target; what is there must be this or, whole, the new one. */
export type Ended = {
  readonly outcome: string;
  readonly target: Buffer | null;
  readonly old: Buffer;
  readonly new: Buffer;
};

export type Cell = { readonly outcome: string; readonly requests: number; readonly problems: readonly string[] };

/** More than any of these may be asked for: four tries of the engine, three of the SDK for each. */
const mostRequests = 12;

/** Runs the operation with the fault, and once more without it: nothing may be left on the socket either. */
export async function runCell(lane: Lane, operation: Operation, row: FaultRow, key: string): Promise<Cell> {
  const problems: string[] = [];
  const line = operation.onTargetLine ? lane.targetLine : lane.line;
  const from = line.requests.length;
  const { times = 1, ...fault } = row;
  line.add({ match: operation.matches, fault, times });
  let first = await operation.run(lane, `${key}/a`);
  line.clear();
  const requests = line.requests.slice(from).filter(operation.matches).length;
  if (!line.requests.slice(from).some((request) => request.fault === row.name)) problems.push('the fault never came');
  if (requests > mostRequests) problems.push(`${requests} requests`);
  const isUnprotected = row.changesAnswer === true && operation.name === 'list';
  if (isUnprotected && first.outcome === 'done') first = { ...first, outcome: 'done, unprotected', target: first.new };
  problems.push(...(await judge(lane, first, operation)));

  const second = await operation.run(lane, `${key}/b`);
  const judged = await judge(lane, second, {
    ...operation,
    beginsUpload: row.spoilsNext === true || operation.beginsUpload,
  });
  problems.push(...judged.map((problem) => `the next one: ${problem}`));
  // What comes on a socket as an answer to the request after it cannot be told from one; it must not be believed.
  if (!second.outcome.startsWith('done') && row.spoilsNext !== true) problems.push(`the next one: ${second.outcome}`);
  return { outcome: first.outcome, requests, problems };
}

async function judge(lane: Lane, ended: Ended, operation: Operation): Promise<string[]> {
  const problems: string[] = [];
  const isNew = ended.target?.equals(ended.new) === true;
  const isOld = ended.target?.equals(ended.old) === true;
  if (ended.outcome.startsWith('done') && !isNew) problems.push('done, with other bytes');
  if (ended.outcome.startsWith('done unverified')) problems.push('done, and not verified');
  // Where only the answer was lost, the server has done what it was asked for; here nothing may have been touched.
  if (!ended.outcome.startsWith('done') && !isOld && !(isNew && operation.writesToServer))
    problems.push(`${ended.outcome}, and the target is touched`);
  if (/UnexpectedFailure|without a reason/.test(ended.outcome)) problems.push(ended.outcome);
  const temps = (await readdir(lane.folder)).filter((name) => name.endsWith('brigade-part'));
  if (temps.length > 0) problems.push(`left ${temps.join(', ')}`);
  // An upload whose creation was not answered, or wrongly, is one that nobody can know.
  const uploads = operation.makesUpload ? await takeUploadsAway(lane) : 0;
  if (uploads > 0 && !operation.beginsUpload) problems.push(`left ${uploads} uploads`);
  return problems;
}

export async function file(lane: Lane, name: string, bytes: Uint8Array): Promise<string> {
  const path = join(lane.folder, name.replaceAll('/', '-'));
  await writeFile(path, bytes);
  return path;
}

export const readTarget = (path: string): Promise<Buffer | null> => readFile(path).catch(() => null);
