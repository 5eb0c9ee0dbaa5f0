import { startTransferThreads, type TransferThreads } from '../../main/transfers/workers/transfer-threads.ts';
import { listWorkerUrl, transferWorkerUrl } from './thread-url.ts';

/** Of an engine that is opened in a test: its threads, which it closes, of built files. */
export function engineThreads(): { readonly transferThreads: TransferThreads; readonly listWorkerUrl: URL } {
  return { transferThreads: startTransferThreads(transferWorkerUrl), listWorkerUrl };
}
