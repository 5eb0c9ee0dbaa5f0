import { removeTask, useSpoolStore } from '../../stores/spool-store.ts';

const running = new Map<string, AbortController>();

export function startTask(): { readonly id: string; readonly signal: AbortSignal } {
  const id = crypto.randomUUID();
  const controller = new AbortController();
  running.set(id, controller);
  return { id, signal: controller.signal };
}

export function endTask(id: string): void {
  running.delete(id);
}

/** Stops the files that are on their way, or takes a failed one off the list. */
export function stopTask(id: string): void {
  running.get(id)?.abort();
  running.delete(id);
  useSpoolStore.setState((state) => removeTask(state, id));
}
