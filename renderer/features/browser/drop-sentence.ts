import type { TFunction } from 'i18next';
import type { Drag } from '../../stores/drag-store.ts';
import type { Place } from '../../stores/place.ts';
import type { useFormat } from '../../words/use-format.ts';
import { nameOfTarget, refusalOf } from './transfer-target.ts';

/** What is over the list: things from the desktop, of which only the number is known, or rows of a pane. */
export type Over =
  | { readonly type: 'desktop'; readonly count: number }
  | { readonly type: 'rows'; readonly drag: Drag; readonly move: boolean };

export type DropPlan = {
  readonly sentence: string;
  /** Null: nothing would happen. */
  readonly effect: 'copy' | 'move' | null;
  /** It makes a rule. */
  readonly keeps?: boolean;
};

type How = {
  /** Alt is held: files are to be kept in step from now on. */
  readonly keep: boolean;
  readonly t: TFunction;
  readonly format: ReturnType<typeof useFormat>;
};

/** Pure. What letting go here would do, in a sentence. */
export function planDrop(over: Over, target: Place, { keep, t, format }: How): DropPlan {
  const place = nameOfTarget(target);
  const isOfFiles = over.type === 'desktop' || over.drag.source.type === 'files';
  if (keep && isOfFiles && target.bucket !== null) {
    return { sentence: t('makeRule.drop', { target: place }), effect: 'copy', keeps: true };
  }
  if (over.type === 'desktop') {
    if (target.bucket === null) return { sentence: t('upload.dropNowhere'), effect: null };
    return { sentence: t('upload.dropTarget', { count: Math.max(1, over.count), target: place }), effect: 'copy' };
  }
  const { drag, move } = over;
  const refusal = refusalOf(drag, target, false);
  if (refusal !== null) return { sentence: t(`browser.refusal.${refusal}`), effect: null };
  const { items, folders, bytes } = drag.summary;
  const values = { count: items, size: format.bytes(bytes), target: place };
  if (drag.source.type === 'files') {
    return { sentence: t(folders === 0 ? 'upload.dropFiles' : 'upload.dropTarget', values), effect: 'copy' };
  }
  return move
    ? { sentence: t('upload.dropMove', values), effect: 'move' }
    : { sentence: t('upload.dropCopy', values), effect: 'copy' };
}
