import { outLine, sayFailure, type Command } from './command.ts';
import { BadArguments } from './arguments.ts';
import { formatTime } from './format.ts';
import { objectOperand, openConnection } from './operands.ts';

export const versions: Command = {
  name: 'versions',
  usage: ['brigade versions s3://bucket/key'],
  summary: 'List the versions of an object, the newest first, also of one that was deleted',
  help: [
    'In a bucket without versioning there is one, called "null". "deleted" is a delete marker.',
    '--json rows: {versionId, isLatest, isDeleteMarker, sizeBytes, lastModified, etag, storageClass}',
  ],
  options: [],
  operands: { least: 1, most: 1 },
  run: async (context) => {
    const { io, json } = context;
    const { bucket, key } = objectOperand(context.line.operands[0] ?? '');
    const opened = await openConnection(context);
    if (opened === null) return 1;
    const { session, connectionId } = opened;
    const listed = await session.engine.call('objects.versions', { connectionId, bucket, key });
    if (!listed.ok) return sayFailure(context, listed.error);
    const rows = listed.value.versions;
    for (const row of rows) {
      const size = row.isDeleteMarker ? 'deleted' : String(row.sizeBytes);
      const line = `${formatTime(row.lastModified)} ${size.padStart(14)} ${row.versionId}${row.isLatest ? '  latest' : ''}`;
      if (!(await outLine(io, json ? row : line))) return 0;
    }
    if (rows.length === 0) io.say('There is no such object, and no version of it.');
    if (!listed.value.isWhole) io.say('There are more versions; these are the newest thousand.');
    return rows.length === 0 ? 1 : 0;
  },
};

export const restore: Command = {
  name: 'restore',
  usage: ['brigade restore s3://bucket/key --version-id ID'],
  summary: 'Make an older version the object again',
  help: [
    '--version-id ID       as `brigade versions` lists it',
    '',
    'It is a copy: the version stays, and so does what was the newest one. Where the versioning of the bucket is',
    'not on and the copy would take the place of a version, it is refused.',
  ],
  options: ['version-id'],
  operands: { least: 1, most: 1 },
  run: async (context) => {
    const { bucket, key } = objectOperand(context.line.operands[0] ?? '');
    const versionId = context.line.options['version-id'];
    if (versionId === undefined || versionId === '')
      throw new BadArguments('Which one? Give --version-id; `brigade versions` lists them.');
    const opened = await openConnection(context);
    if (opened === null) return 1;
    const { session, connectionId } = opened;
    const restored = await session.engine.call('objects.restoreVersion', { connectionId, bucket, key, versionId });
    if (!restored.ok) return sayFailure(context, restored.error);
    if (context.json) await outLine(context.io, { key, versionId: restored.value.versionId });
    context.io.say(`The version ${versionId} is the object again.`);
    return 0;
  },
};
