import { parentPort } from 'node:worker_threads';
import { appError } from '../../../shared/errors.ts';
import { assertNever, err, ok, type Result } from '../../../shared/result.ts';
import {
  type IndexLook,
  type ObjectIndexDatabase,
  openObjectIndexDatabase,
  removeObjectIndexFiles,
} from '../../db/object-index-database.ts';
import { rowsOfLines } from '../../s3/data-plane/listing/page-lines.ts';
import type { FileCall, FromIndexes, IndexCall, LookMessage, ToIndexes } from './index-protocol.ts';

/** The thread of the indexes: compares listings with them, and has their files open. */
const port = parentPort;
if (!port) throw new Error('index-worker runs in a worker thread only');

const open = new Map<string, ObjectIndexDatabase>();
const looks = new Map<number, IndexLook>();

const post = (message: FromIndexes): void => port.postMessage(message);

const indexOf = (filePath: string): Result<ObjectIndexDatabase> => {
  const index = open.get(filePath);
  return index === undefined
    ? err(appError('UnexpectedFailure', { path: filePath }, 'the index is not open'))
    : ok(index);
};

function answerFile({ type, filePath }: FileCall): Result<unknown> {
  if (type === 'open') {
    // Two transactions on one file would wait for each other in this thread.
    if (open.has(filePath)) return err(appError('DatabaseLocked', { path: filePath }));
    const opened = openObjectIndexDatabase(filePath);
    if (!opened.ok) return opened;
    open.set(filePath, opened.value);
    return ok(opened.value.indexId);
  }
  open.get(filePath)?.close();
  open.delete(filePath);
  return type === 'close' ? ok() : removeObjectIndexFiles(filePath);
}

function answerIndex(call: IndexCall): Result<unknown> {
  const found = indexOf(call.filePath);
  if (!found.ok) return found;
  const index = found.value;
  switch (call.type) {
    case 'update':
      return index.update(call.keys);
    case 'count':
      return index.count(call.keys);
    case 'staged':
      return index.staged(call.afterId, call.limit);
    case 'forget':
      return index.forget(call.throughId);
    case 'servedMarks':
      return index.servedMarks();
    case 'dropMarks':
      return index.dropMarks(call.ids);
    default:
      return assertNever(call);
  }
}

function beginLook(call: number, { filePath, request }: Extract<LookMessage, { type: 'look' }>): void {
  const index = indexOf(filePath);
  const begun = index.ok ? index.value.beginLook(request) : index;
  if (begun.ok) looks.set(call, begun.value);
  else post({ call, result: begun });
}

/** Of a look that has failed, and said so, what is still under way is left out. */
function goOn(call: number, look: IndexLook, message: Exclude<LookMessage, { type: 'look' }>): void {
  if (message.type === 'rows' || message.type === 'lines') {
    const taken = message.type === 'rows' ? look.take(message.rows) : takeLines(look, message.lines);
    if (taken.ok && message.type === 'lines') {
      // To be used for another page: new memory for each is given back late.
      const { buffer } = message.lines;
      return port?.postMessage({ call, taken: true, spare: buffer } satisfies FromIndexes, [buffer]);
    }
    if (taken.ok) return post({ call, taken: true });
    looks.delete(call);
    return post({ call, result: taken });
  }
  looks.delete(call);
  if (message.type === 'giveUp') look.giveUp();
  else post({ call, result: look.end() });
}

/** Strings longer than 128 KiB are dear in V8, and longer in memory. */
const parsedAtOnceBytes = 64 * 1024;
const newline = 10;

function takeLines(look: IndexLook, lines: Uint8Array): Result<void> {
  for (let from = 0; from < lines.length; ) {
    const end = lines.indexOf(newline, from + parsedAtOnceBytes);
    const to = end < 0 ? lines.length : end + 1;
    const taken = look.take(rowsOfLines(lines.subarray(from, to)));
    if (!taken.ok) return taken;
    from = to;
  }
  return ok();
}

function handle(message: ToIndexes): void {
  const { call } = message;
  if (message.type === 'look') return beginLook(call, message);
  if (message.type === 'open' || message.type === 'close' || message.type === 'remove')
    return post({ call, result: answerFile(message) });
  if ('filePath' in message) return post({ call, result: answerIndex(message) });
  const look = looks.get(call);
  if (look !== undefined) goOn(call, look, message);
}

port.on('message', (message: ToIndexes) => {
  try {
    handle(message);
  } catch (thrown) {
    looks.get(message.call)?.giveUp();
    looks.delete(message.call);
    post({ call: message.call, result: err(appError('UnexpectedFailure', {}, thrown)) });
  }
});
