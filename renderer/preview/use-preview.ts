import { useEffect, useState } from 'react';
import type { PreviewId } from '../../shared/domain/ids.ts';
import type { Preview, PreviewSource } from '../../shared/domain/preview.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import { useEngine } from '../bridge/engine-context.ts';
import { useSettledKey } from './use-settled-key.ts';

export type PreviewState =
  | { readonly state: 'waiting' }
  | { readonly state: 'failed'; readonly error: AppError }
  /** It was loaded, and the browser cannot show it. */
  | { readonly state: 'broken' }
  | { readonly state: 'shown'; readonly preview: Preview };

export type PreviewHandle = PreviewState & {
  /** To be called when the browser cannot show what it got: it is opened once more before that is said. */
  readonly onBroken: () => void;
  readonly retry: () => void;
};

type Held = { readonly key: string; readonly result: Result<Preview> };

/**
 * Opens a preview of the source for as long as the caller shows it; answers for what was shown before are dropped and
 * closed. `version` changes with the bytes (an ETag, say): the preview is opened anew.
 */
export function usePreview(source: PreviewSource | null, version: string): PreviewHandle {
  const engine = useEngine();
  const [tries, setTries] = useState({ key: '', count: 0 });
  const key = source === null ? null : JSON.stringify([source, version]);
  const count = tries.key === key ? tries.count : 0;
  const settled = useSettledKey(key);
  const [held, setHeld] = useState<Held | null>(null);

  useEffect(() => {
    if (settled === null) return undefined;
    let left = false;
    let opened: PreviewId | null = null;
    const close = (previewId: PreviewId) => void engine.call('preview.close', { previewId });
    const [asked] = JSON.parse(settled) as [PreviewSource];
    void engine.call('preview.open', { source: asked }).then((result) => {
      const previewId = result.ok && 'previewId' in result.value ? result.value.previewId : null;
      if (!left) {
        opened = previewId;
        setHeld({ key: `${count} ${settled}`, result });
      } else if (previewId !== null) close(previewId);
    });
    return () => {
      left = true;
      if (opened === null) return;
      close(opened);
      // Its address leads nowhere from now on: back at the same row, it is waited for anew.
      setHeld(null);
    };
  }, [engine, settled, count]);

  const again = () => setTries({ key: key ?? '', count: count + 1 });
  // An even number of tries was asked for by a person; the odd one after it is ours.
  const [brokenKey, setBrokenKey] = useState('');
  const onBroken = () => (count % 2 === 0 ? again() : setBrokenKey(`${count} ${key}`));
  const handlers = { onBroken, retry: () => setTries({ key: key ?? '', count: count + (count % 2 === 0 ? 2 : 1) }) };
  if (key === null || held?.key !== `${count} ${key}`) return { state: 'waiting', ...handlers };
  if (!held.result.ok) return { state: 'failed', error: held.result.error, ...handlers };
  if (brokenKey === held.key) return { state: 'broken', ...handlers };
  return { state: 'shown', preview: held.result.value, ...handlers };
}
