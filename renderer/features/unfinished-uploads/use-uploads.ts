import { useCallback, useEffect, useState } from 'react';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { UnfinishedUpload, UploadPlace } from '../../../shared/domain/unfinished-upload.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import type { UploadsRequest } from '../../stores/uploads-store.ts';

export type FailedClean = CommandOutput<'transfers.cleanUploads'>['failed'][number];
export type Listed = CommandOutput<'transfers.uploads'>;

/** Upload ids are unique on one server only. */
export const uploadRowId = ({ connectionId, bucket, uploadId }: UploadPlace) =>
  JSON.stringify([connectionId, bucket, uploadId]);

const placeOf = ({ connectionId, bucket, key, uploadId }: UploadPlace): UploadPlace => ({
  connectionId,
  bucket,
  key,
  uploadId,
});

/** The unfinished uploads of a place, and their end. */
export function useUploads({ place }: UploadsRequest) {
  const engine = useEngine();
  const [listed, setListed] = useState<Listed | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const [failed, setFailed] = useState<readonly FailedClean[]>([]);
  const [cleaned, setCleaned] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);

  const ask = useCallback(() => engine.call('transfers.uploads', place === null ? {} : { place }), [engine, place]);
  const load = async () => {
    const answer = await ask();
    setError(answer.ok ? null : answer.error);
    if (answer.ok) setListed(answer.value);
  };
  useEffect(() => {
    let gone = false;
    void ask().then((answer) => {
      if (gone) return;
      setError(answer.ok ? null : answer.error);
      if (answer.ok) setListed(answer.value);
    });
    return () => {
      gone = true;
    };
  }, [ask]);

  const clean = async (uploads: readonly UnfinishedUpload[]) => {
    setBusy(true);
    setError(null);
    const answer = await engine.call('transfers.cleanUploads', { uploads: uploads.map(placeOf) });
    setBusy(false);
    if (!answer.ok) return setError(answer.error);
    setFailed(answer.value.failed);
    setCleaned(answer.value.cleaned);
    await load();
  };
  return { listed, error, failed, cleaned, busy, load, clean };
}

/** What the parts of an upload take up: asked for once the row is in sight. Undefined: not known yet; null: not to be had. */
export function useUploadSize(upload: UnfinishedUpload, inSight: boolean): number | null | undefined {
  const engine = useEngine();
  const [size, setSize] = useState<number | null>();
  const id = uploadRowId(upload);
  useEffect(() => {
    if (!inSight) return undefined;
    let gone = false;
    void engine.call('transfers.uploadSize', { upload: placeOf(upload) }).then((answer) => {
      if (!gone) setSize(answer.ok ? answer.value.sizeBytes : null);
    });
    return () => {
      gone = true;
    };
    // An upload is what its id says.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [engine, id, inSight]);
  return size;
}
