import { type CommandOutput, commands } from '../../shared/contract/commands.ts';
import type { PreviewId } from '../../shared/domain/ids.ts';
import type { Result } from '../../shared/result.ts';
import type { Engine } from '../engine-types.ts';

/** The previews that one window has open: they end with it. */
export interface WindowPreviews {
  /** To be told of every command of the window that was answered. */
  note(name: string, input: unknown, result: Result<unknown>): void;
  closeAll(): void;
}

export function createWindowPreviews(engine: Pick<Engine, 'call'>): WindowPreviews {
  const open = new Set<PreviewId>();
  let isGone = false;
  const close = (previewId: PreviewId): void => {
    // An engine that cannot be reached any more has none of them open.
    void engine.call('preview.close', { previewId }).catch(() => undefined);
  };
  return {
    note(name, input, result) {
      if (name === 'preview.open' && result.ok) {
        const preview = result.value as CommandOutput<'preview.open'>;
        if (!('previewId' in preview)) return;
        if (isGone) close(preview.previewId);
        else open.add(preview.previewId);
      } else if (name === 'preview.close') {
        const parsed = commands[name].input.safeParse(input);
        if (parsed.success) open.delete(parsed.data.previewId);
      }
    },
    closeAll() {
      isGone = true;
      for (const previewId of open) close(previewId);
      open.clear();
    },
  };
}
