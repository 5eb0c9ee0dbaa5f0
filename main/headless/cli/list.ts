import { StringDecoder } from 'node:string_decoder';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { Result } from '../../../shared/result.ts';
import { AppErrorException, type AppError } from '../../../shared/errors.ts';
import { BadArguments } from './arguments.ts';
import { sayError, type Command, type CommandContext, type ExitCode } from './command.ts';
import { formatBytes, formatTime, printable } from './format.ts';
import type { CommandIo } from './io.ts';
import { bucketOperand, openConnection, type OpenedConnection } from './operands.ts';

type Row = {
  readonly key: string;
  readonly sizeBytes: number;
  readonly lastModified: string | null;
  readonly etag: string | null;
  readonly storageClass: string | null;
};

export const ls: Command = {
  name: 'ls',
  usage: ['brigade ls [-r] [s3://bucket[/prefix]]'],
  summary: 'List buckets, or the objects that begin with a prefix',
  help: [
    '-r, --recursive       everything below, not just one level',
    '',
    '--json rows: {key, sizeBytes, lastModified, etag, storageClass}; a folder is a row whose key ends in "/"',
    'and whose etag is null; buckets are {name, createdAt}.',
  ],
  options: ['recursive'],
  operands: { least: 0, most: 1 },
  run: async (context) => {
    const { line } = context;
    const [operand = 's3://'] = line.operands;
    const isBuckets = operand === 's3://';
    if (isBuckets && line.options.recursive === true) throw new BadArguments('Give a bucket to list with -r.');
    const place = isBuckets ? null : bucketOperand(operand);
    const opened = await openConnection(context);
    if (opened === null) return 1;
    if (place === null) return listBuckets(context, opened);
    return line.options.recursive === true
      ? listBelow(context, opened, place.bucket, place.key)
      : listLevel(context, opened, place.bucket, place.key);
  },
};

async function listBuckets(
  { io, json }: CommandContext,
  { session, connectionId }: OpenedConnection,
): Promise<ExitCode> {
  const listed = await session.engine.call('buckets.list', { connectionId });
  if (!listed.ok) {
    sayError(io, listed.error);
    return 1;
  }
  const lines = listed.value.buckets.map(({ name, createdMs }) => {
    const createdAt = createdMs === null ? null : new Date(createdMs).toISOString();
    return json ? JSON.stringify({ name, createdAt }) : `${formatTime(createdAt)} ${printable(name)}`;
  });
  if (lines.length > 0) await io.out(`${lines.join('\n')}\n`);
  return 0;
}

/** Page by page: the next one is asked for when the reader has taken the last, so a million keys need no memory. */
async function listLevel(
  { io, json }: CommandContext,
  { session, connectionId }: OpenedConnection,
  bucket: string,
  prefix: string,
): Promise<ExitCode> {
  let isStopped = false;
  io.onStop(() => (isStopped = true));
  let [objects, bytes] = [0, 0];
  let continuationToken: string | null = null;
  do {
    const page: Result<CommandOutput<'objects.page'>> = await session.engine.call('objects.page', {
      connectionId,
      bucket,
      prefix,
      delimiter: '/',
      ...(continuationToken === null ? {} : { continuationToken }),
    });
    if (!page.ok) {
      sayError(io, page.error);
      return 1;
    }
    const folders = page.value.prefixes.map((key): Row => {
      return { key, sizeBytes: 0, lastModified: null, etag: null, storageClass: null };
    });
    const lines = [
      ...folders.map((row) =>
        json ? JSON.stringify(row) : `${' '.repeat(34)} ${printable(row.key.slice(prefixFolder(prefix).length))}`,
      ),
      ...page.value.objects.map((row) => (json ? jsonRow(row) : humanRow(row, prefixFolder(prefix)))),
    ];
    objects += page.value.objects.length;
    for (const row of page.value.objects) bytes += row.sizeBytes;
    const isWanted = lines.length === 0 || (await io.out(`${lines.join('\n')}\n`));
    // Whoever reads has seen enough (`| head`): that is no failure.
    if (!isWanted) return 0;
    if (isStopped) return 1;
    ({ continuationToken } = page.value);
  } while (continuationToken !== null);
  if (io.hasTerminal && !json) io.say(`${objects.toLocaleString('en')} objects, ${formatBytes(bytes)}`);
  return 0;
}

/** As the engine lists it, which is ahead of the reader by a few pages and not more: a million keys need no memory. */
async function listBelow(
  { io, json }: CommandContext,
  { session, connectionId }: OpenedConnection,
  bucket: string,
  prefix: string,
): Promise<ExitCode> {
  const stopped = new AbortController();
  io.onStop(() => stopped.abort());
  const listed = await session.engine.streams.list({ connectionId, bucket, prefix }, stopped.signal);
  if (!listed.ok) return stopped.signal.aborted ? 1 : sayFailure(io, listed.error);
  let [objects, bytes] = [0, 0];
  const asText = (lines: string): string => {
    let text = '';
    for (const line of lines.split('\n')) {
      if (line === '') continue;
      const row = JSON.parse(line) as Row;
      objects += 1;
      bytes += row.sizeBytes;
      text += `${humanRow(row, '')}\n`;
    }
    return text;
  };
  const decoder = new StringDecoder('utf8');
  let rest = '';
  try {
    for await (const chunk of listed.value.body) {
      let out: string | Uint8Array = chunk;
      if (!json) {
        // On its way through a socket a line may have been cut.
        const text = rest + decoder.write(chunk);
        const end = text.lastIndexOf('\n') + 1;
        rest = text.slice(end);
        out = asText(text.slice(0, end));
      }
      // Whoever reads has seen enough (`| head`): that is no failure.
      if (out.length > 0 && !(await io.out(out))) return 0;
      if (stopped.signal.aborted) return 1;
    }
  } catch (failure) {
    if (!(failure instanceof AppErrorException)) throw failure;
    return stopped.signal.aborted ? 1 : sayFailure(io, failure.error);
  }
  if (io.hasTerminal && !json) io.say(`${objects.toLocaleString('en')} objects, ${formatBytes(bytes)}`);
  return 0;
}

function sayFailure(io: CommandIo, error: AppError): ExitCode {
  sayError(io, error);
  return 1;
}

/** One level is shown without what all its rows have in common, as aws-cli does. */
const prefixFolder = (prefix: string): string => prefix.slice(0, prefix.lastIndexOf('/') + 1);

function jsonRow({ key, sizeBytes, lastModified, etag, storageClass }: Row): string {
  return JSON.stringify({ key, sizeBytes, lastModified, etag, storageClass } satisfies Row);
}

function humanRow(row: Row, shownPrefix: string): string {
  return `${formatTime(row.lastModified)} ${String(row.sizeBytes).padStart(14)} ${printable(row.key.slice(shownPrefix.length))}`;
}
