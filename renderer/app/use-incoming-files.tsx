import { type ReactNode, useCallback, useMemo, useRef } from 'react';
import { takeItems } from '../bridge/dropped-items.ts';
import { useEngine } from '../bridge/engine-context.ts';
import { FileInputs, type FileInputsHandle } from '../features/uploads/file-inputs.tsx';
import { usePaste } from '../features/uploads/use-paste.ts';
import { useUpload } from '../features/uploads/use-upload.ts';
import type { BucketPlace, Place } from '../stores/place.ts';
import { useToast } from '../ui/toast/toast.tsx';

export const inBucket = (place: Place): BucketPlace | null =>
  place.bucket === null ? null : { ...place, bucket: place.bucket };

/** Files that are dropped, pasted or picked for a place. `inputs` is to be rendered for the last. */
export function useIncomingFiles(place: Place | null): {
  readonly onItems: (items: DataTransfer, target: Place) => void;
  readonly onPickFiles: (what: 'files' | 'folder', target: Place) => void;
  readonly inputs: ReactNode;
} {
  const engine = useEngine();
  const upload = useUpload(useToast());
  const inputsRef = useRef<FileInputsHandle>(null);
  const pickTargetRef = useRef<BucketPlace | null>(null);
  const onItems = useCallback(
    (items: DataTransfer, target: Place) => {
      const bucketPlace = inBucket(target);
      if (bucketPlace) void upload(takeItems(engine, items), bucketPlace);
    },
    [engine, upload],
  );
  usePaste(useMemo(() => (place ? (items: DataTransfer) => onItems(items, place) : null), [place, onItems]));
  const onPickFiles = useCallback((what: 'files' | 'folder', target: Place) => {
    pickTargetRef.current = inBucket(target);
    inputsRef.current?.pick(what);
  }, []);
  const inputs = (
    <FileInputs
      ref={inputsRef}
      onTaken={(source) => {
        if (pickTargetRef.current) void upload(source, pickTargetRef.current);
      }}
    />
  );
  return { onItems, onPickFiles, inputs };
}
