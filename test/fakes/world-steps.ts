import type { JobId } from '../../shared/domain/ids.ts';
import { must } from './test-connection.ts';
import { createTransferWorld, type TransferWorld } from './transfer-world.ts';

/** What tests do in a world of memory with one bucket. `begin` makes another one, for `beforeEach`. */
export const bucket = 'box';
export let world: TransferWorld;

export async function begin(options: Parameters<typeof createTransferWorld>[0] = {}): Promise<void> {
  world = createTransferWorld(options);
  must(await world.store.createBucket(bucket));
}

export const put = async (key: string, body: string) =>
  must(await world.store.putSmall(bucket, key, Buffer.from(body), {}));
export const file = (path: string, body: string) => world.files.put(path, Buffer.from(body));
export const text = (path: string) => {
  const found = world.files.entries.get(path);
  return found ? Buffer.from(found.bytes).toString() : null;
};
export const start = (kind: string, items: unknown, more: object = {}) =>
  world.start({ kind, conflict: 'overwrite', bucket, items, ...more } as never);
/** Of each file: why it failed, or what became of it. */
export const codes = (job: JobId) => world.filesOf(job).map((each) => each.error?.code ?? each.state);
export const counted = (job: JobId) => {
  const view = world.service.list().find((each) => each.id === job);
  return view && { filesTotal: view.filesTotal, filesDone: view.filesDone, filesFailed: view.filesFailed };
};

/** Long enough for all that waits for nothing but its turn; what waits for a clock or an answer waits on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
