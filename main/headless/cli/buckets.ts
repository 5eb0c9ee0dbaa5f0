import { outLine, sayError, type Command } from './command.ts';
import { bucketOnlyOperand, bucketOperand, openConnection } from './operands.ts';

export const mb: Command = {
  name: 'mb',
  usage: ['brigade mb s3://bucket [--region REGION]'],
  summary: 'Make a bucket',
  help: ['--region REGION       where it is kept; else the region of the connection'],
  options: [],
  operands: { least: 1, most: 1 },
  run: async (context) => {
    const bucket = bucketOnlyOperand(context.line.operands[0] ?? '');
    const opened = await openConnection(context);
    if (opened === null) return 1;
    const { region } = context.line.options;
    const made = await opened.session.engine.call('buckets.create', {
      connectionId: opened.connectionId,
      bucket,
      ...(region === undefined ? {} : { region }),
    });
    if (made.ok) context.io.say(`The bucket ${bucket} is there.`);
    else sayError(context.io, made.error);
    return made.ok ? 0 : 1;
  },
};

export const rb: Command = {
  name: 'rb',
  usage: ['brigade rb s3://bucket'],
  summary: 'Remove an empty bucket',
  help: ['A bucket that is not empty is left alone: `brigade rm -r s3://bucket` empties it.'],
  options: [],
  operands: { least: 1, most: 1 },
  run: async (context) => {
    const bucket = bucketOnlyOperand(context.line.operands[0] ?? '');
    const opened = await openConnection(context);
    if (opened === null) return 1;
    const removed = await opened.session.engine.call('buckets.remove', { connectionId: opened.connectionId, bucket });
    if (removed.ok) context.io.say(`The bucket ${bucket} has been removed.`);
    else sayError(context.io, removed.error);
    return removed.ok ? 0 : 1;
  },
};

export const location: Command = {
  name: 'location',
  usage: ['brigade location s3://bucket'],
  summary: 'Print the region a bucket is in',
  help: [],
  options: [],
  operands: { least: 1, most: 1 },
  run: async (context) => {
    const { bucket } = bucketOperand(context.line.operands[0] ?? '');
    const opened = await openConnection(context);
    if (opened === null) return 1;
    const found = await opened.session.engine.call('buckets.location', { connectionId: opened.connectionId, bucket });
    if (found.ok) await outLine(context.io, context.json ? { bucket, region: found.value.region } : found.value.region);
    else sayError(context.io, found.error);
    return found.ok ? 0 : 1;
  },
};
