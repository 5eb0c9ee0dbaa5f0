import { maxLinkSeconds } from '../../../shared/contract/object-commands.ts';
import { asFolder } from '../../../shared/domain/inside-path.ts';
import { formatS3Uri } from '../../../shared/domain/s3-uri.ts';
import { BadArguments, numberOption } from './arguments.ts';
import { errorJson, outLine, sayError, sayFailure, type Command } from './command.ts';
import { count, formatBytes, formatTime, printable } from './format.ts';
import { bucketOperand, objectOperand, openConnection } from './operands.ts';

export const rm: Command = {
  name: 'rm',
  usage: ['brigade rm s3://bucket/key', 'brigade rm -r s3://bucket/prefix/'],
  summary: 'Delete an object, or everything below a prefix',
  help: [
    '-r, --recursive       everything below the prefix: "s3://b/in" and "s3://b/in/" both mean the folder "in/"',
    '',
    'An object that is not there is deleted already.',
  ],
  options: ['recursive'],
  operands: { least: 1, most: 1 },
  run: async (context) => {
    const { line, io, json } = context;
    const [operand = ''] = line.operands;
    const { bucket, key } = bucketOperand(operand);
    const recursive = line.options.recursive === true;
    if (!recursive && key === '')
      throw new BadArguments(`"${operand}" is a whole bucket: give -r to empty it, or use rb.`);
    const opened = await openConnection(context);
    if (opened === null) return 1;
    const removed = await opened.session.engine.call('objects.delete', {
      connectionId: opened.connectionId,
      bucket,
      keys: recursive ? [] : [key],
      prefixes: recursive ? [asFolder(key)] : [],
    });
    if (!removed.ok) return sayFailure(context, removed.error);
    const { deleted, failed } = removed.value;
    if (json) for (const one of deleted) if (!(await outLine(io, { key: one, deleted: true }))) break;
    for (const { key: failedKey, error } of failed) {
      sayError(io, error, printable(failedKey));
      if (json) await outLine(io, { key: failedKey, deleted: false, error: errorJson(error) });
    }
    io.say(`${count(deleted.length, 'object')} deleted${failed.length > 0 ? `, ${failed.length} not` : ''}.`);
    return failed.length === 0 ? 0 : 1;
  },
};

export const presign: Command = {
  name: 'presign',
  usage: ['brigade presign s3://bucket/key [--expires-in SECONDS]'],
  summary: 'Print a URL that anyone may download the object with, for a while',
  help: [
    `--expires-in SECONDS  how long it works: 3600 by default, at most ${maxLinkSeconds} (7 days)`,
    '',
    'A link ends with the credentials it is signed with: with temporary ones often before, which is said.',
  ],
  options: ['expires-in'],
  operands: { least: 1, most: 1 },
  run: async (context) => {
    const { bucket, key } = objectOperand(context.line.operands[0] ?? '');
    const expiresInSeconds = numberOption(
      'expires-in',
      context.line.options['expires-in'] ?? '3600',
      1,
      maxLinkSeconds,
    );
    const opened = await openConnection(context);
    if (opened === null) return 1;
    const { session, connectionId } = opened;
    const signed = await session.engine.call('objects.presign', { connectionId, bucket, key, expiresInSeconds });
    if (!signed.ok) return sayFailure(context, signed.error);
    const { url, worksUntilMs, endsWith } = signed.value;
    const until = new Date(worksUntilMs).toISOString();
    if (endsWith === 'credentials') {
      context.io.say(
        `It works until ${formatTime(until)} only: then the temporary credentials end that it is signed with.`,
      );
    } else if (endsWith === 'unknown') {
      context.io.say('It is signed with temporary credentials: when they end, so does it.');
    }
    await outLine(context.io, context.json ? { url, expiresInSeconds, worksUntil: until, endsWith } : url);
    return 0;
  },
};

export const stat: Command = {
  name: 'stat',
  usage: ['brigade stat s3://bucket/key'],
  summary: 'Show what the server knows of an object: size, type, metadata, checksums',
  help: [],
  options: [],
  operands: { least: 1, most: 1 },
  run: async (context) => {
    const { bucket, key } = objectOperand(context.line.operands[0] ?? '');
    const opened = await openConnection(context);
    if (opened === null) return 1;
    const details = await opened.session.engine.call('objects.stat', {
      connectionId: opened.connectionId,
      bucket,
      key,
    });
    if (!details.ok) return sayFailure(context, details.error);
    if (context.json) {
      await outLine(context.io, details.value);
      return 0;
    }
    const { sizeBytes, lastModified, etag, storageClass, contentType, versionId, checksumType, headers } =
      details.value;
    const rows: [string, string | null][] = [
      ['Object', formatS3Uri({ bucket, key })],
      ['Size', `${sizeBytes} (${formatBytes(sizeBytes)})`],
      ['Modified', lastModified],
      ['Type', contentType],
      ['Encoding', headers.contentEncoding ?? null],
      ['Language', headers.contentLanguage ?? null],
      ['Disposition', headers.contentDisposition ?? null],
      ['Cache control', headers.cacheControl ?? null],
      ['Expires', headers.expires ?? null],
      ['ETag', etag],
      ['Storage class', storageClass],
      ['Version', versionId],
      ...Object.entries(details.value.checksums).map(([name, value]): [string, string] => [
        name.toUpperCase(),
        checksumType === null ? value : `${value} (${checksumType})`,
      ]),
      ...Object.entries(details.value.metadata).map(([name, value]): [string, string] => [`Metadata ${name}`, value]),
    ];
    const lines = rows.flatMap(([name, value]) =>
      value === null ? [] : [`${`${name}:`.padEnd(16)}${printable(value)}`],
    );
    await context.io.out(`${lines.join('\n')}\n`);
    return 0;
  },
};
