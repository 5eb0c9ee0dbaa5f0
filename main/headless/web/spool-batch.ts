import type { Readable } from 'node:stream';
import { spoolEntrySchema, spoolLimits } from '../../../shared/contract/wire.ts';
import { appError } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { type ByteReader, readBytesOf } from '../../ipc/byte-reader.ts';
import { isSafeSegment } from './guards.ts';

/** Enough for the longest path there can be, as JSON. */
const maxLineBytes = 64 * 1024;
const parallelWrites = 16;
/** A browser that is answered before it has sent everything often sees a broken connection instead of the answer. */
const maxDrainedBytes = 2 * spoolLimits.batchBytes;

export type BatchTarget = {
  readonly writeSmall: (segments: readonly string[], bytes: Buffer) => Promise<Result<void>>;
  readonly makeFolder: (segments: readonly string[]) => Promise<Result<void>>;
};

/**
 * Takes many small files in one body: for each a line of JSON (`spoolEntrySchema`), then its bytes. Ends at the first
 * that fails; what was written before stays, and is removed with the drop. A body that breaks off or is something else is
 * InvalidInput. Holds at most sixteen files in memory.
 */
export async function receiveBatch(body: Readable, target: BatchTarget): Promise<Result<void>> {
  const reader = readBytesOf(body);
  const writing = new Set<Promise<void>>();
  let failure = null as Result<void> | null;
  const start = (work: Promise<Result<void>>) => {
    const watch = async () => {
      const done = await work;
      writing.delete(one);
      if (!done.ok) failure ??= done;
    };
    const one: Promise<void> = watch();
    writing.add(one);
  };
  const broken = (reason: string) => {
    failure ??= err(appError('InvalidInput', { field: 'batch', reason }));
  };
  try {
    for (let count = 0; failure === null; count += 1) {
      const line = await reader.line(maxLineBytes);
      if (line === null) {
        if ((await reader.some(1)) !== null) broken('the last line has no end');
        break;
      }
      const entry = readEntry(line);
      if (entry === null || count >= spoolLimits.batchFiles) {
        broken(entry === null ? 'not an entry' : 'too many files');
      } else if (!entry.path.every(isSafeSegment)) {
        failure = err(appError('UnsafePath', { path: entry.path.join('/') }));
      } else if (entry.bytes === null) {
        start(target.makeFolder(entry.path));
      } else {
        const bytes = await reader.exactly(entry.bytes);
        if (bytes === null) broken('the body ends too early');
        else start(target.writeSmall(entry.path, bytes));
      }
      if (writing.size >= parallelWrites) await Promise.race(writing);
    }
    await Promise.all(writing);
    if (failure !== null) await drain(reader);
  } catch {
    // The connection went, or a line that never ends.
    broken('the body cannot be read');
  }
  await Promise.all(writing);
  return failure ?? ok();
}

async function drain(reader: ByteReader): Promise<void> {
  for (let drained = 0; drained < maxDrainedBytes; ) {
    const some = await reader.some(65_536);
    if (some === null) return;
    drained += some.length;
  }
}

function readEntry(line: string) {
  try {
    const entry = spoolEntrySchema.safeParse(JSON.parse(line));
    return entry.success ? entry.data : null;
  } catch {
    return null;
  }
}
