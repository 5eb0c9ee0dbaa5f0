import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../../shared/errors.ts';
import type { UploadSource } from '../../bridge/dropped-items.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import type { EngineLink } from '../../bridge/engine-link.ts';
import { spoolItems } from '../../bridge/spool.ts';
import { type AppInfo, useAppInfo } from '../../stores/app-info.ts';
import type { BucketPlace } from '../../stores/place.ts';
import { putTask, removeTask, type SpoolTask, useSpoolStore } from '../../stores/spool-store.ts';
import { rememberStarted, useTransfersStore } from '../../stores/transfers-store.ts';
import { appError } from '../../../shared/errors.ts';
import { pathRulesOf, type TopItem, topItems, uploadRequest } from './upload-request.ts';
import { endTask, startTask } from './running-spools.ts';

type Say = (text: string) => void;

/** Starts the upload of what was dropped, pasted or picked. Its outcome shows in the transfers, not here. */
export function useUpload(say: Say) {
  const { t } = useTranslation();
  const engine = useEngine();
  return useCallback(
    async (source: UploadSource | null, place: BucketPlace) => {
      const { info } = useAppInfo.getState();
      if (!source || !info) return;
      if (source.kind === 'paths')
        return uploadPaths(engine, info, source.paths, place, () => say(t('upload.nothing')));
      return uploadItems(engine, info, source, place, () => say(t('upload.nothing')));
    },
    [engine, t, say],
  );
}

async function uploadPaths(
  engine: EngineLink,
  info: AppInfo,
  paths: readonly string[],
  place: BucketPlace,
  onNothing: () => void,
) {
  const seen = await engine.call('hostFiles.inspect', { paths: [...paths] });
  if (!seen.ok) return showFailure(place, paths[0] ?? '', paths.length - 1, seen.error);
  if (seen.value.entries.length === 0) return onNothing();
  await start(engine, info, place, seen.value.entries, false);
}

async function uploadItems(
  engine: EngineLink,
  info: AppInfo,
  source: Extract<UploadSource, { kind: 'items' }>,
  place: BucketPlace,
  onNothing: () => void,
) {
  const { id, signal } = startTask();
  let task: SpoolTask = {
    id,
    name: source.name,
    more: source.count - 1,
    to: `${place.bucket}/${place.prefix}`,
    state: 'reading',
    filesTotal: 0,
    filesDone: 0,
    bytesTotal: 0,
    bytesDone: 0,
  };
  const show = (change: Partial<SpoolTask>) => {
    task = { ...task, ...change };
    useSpoolStore.setState((state) => putTask(state, task));
  };
  show({});
  try {
    const items = await source.read();
    if (items.length === 0) {
      end(id);
      return onNothing();
    }
    const bytesTotal = items.reduce((sum, item) => sum + (item.file?.size ?? 0), 0);
    show({ state: 'sending', filesTotal: items.length, bytesTotal });
    const outcome = await spoolItems(items, show, signal);
    if (outcome === null) return end(id);
    if (!outcome.ok) return show({ state: 'failed', error: outcome.error });
    await start(engine, info, place, topItems(outcome.value.folder, info.pathSeparator, items), true);
    end(id);
  } catch (cause) {
    // The browser could not read what was dropped: taken away or not allowed.
    show({ state: 'failed', error: appError('LocalIoError', {}, cause) });
  }
}

async function start(
  engine: EngineLink,
  info: AppInfo,
  place: BucketPlace,
  items: readonly TopItem[],
  fromSpool: boolean,
) {
  const request = uploadRequest(place, items, pathRulesOf(info), fromSpool);
  const answer = await engine.call('transfers.start', { request });
  if (answer.ok) useTransfersStore.setState((state) => rememberStarted(state, answer.value.jobId));
  else showFailure(place, items[0]?.name ?? '', items.length - 1, answer.error);
}

function end(id: string) {
  endTask(id);
  useSpoolStore.setState((state) => removeTask(state, id));
}

function showFailure(place: BucketPlace, name: string, more: number, error: AppError) {
  const failed = { filesTotal: 0, filesDone: 0, bytesTotal: 0, bytesDone: 0, state: 'failed' as const, error };
  const to = `${place.bucket}/${place.prefix}`;
  useSpoolStore.setState((state) => putTask(state, { id: crypto.randomUUID(), name, more, to, ...failed }));
}
