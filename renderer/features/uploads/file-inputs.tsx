import { type Ref, useImperativeHandle, useRef } from 'react';
import { takeFiles, type UploadSource } from '../../bridge/dropped-items.ts';
import { useEngine } from '../../bridge/engine-context.ts';

export type FileInputsHandle = { readonly pick: (what: 'files' | 'folder') => void };
type Props = { readonly ref: Ref<FileInputsHandle>; readonly onTaken: (source: UploadSource | null) => void };

/** Not among React's known attributes. */
const folderOnly = { webkitdirectory: '' };

/** The browser's own file dialogs, out of sight. */
export function FileInputs({ ref, onTaken }: Props) {
  const engine = useEngine();
  const filesRef = useRef<HTMLInputElement>(null);
  const folderRef = useRef<HTMLInputElement>(null);
  useImperativeHandle(ref, () => ({
    pick: (what) => (what === 'files' ? filesRef : folderRef).current?.click(),
  }));
  const take = (input: HTMLInputElement) => {
    if (input.files) onTaken(takeFiles(engine, input.files));
    input.value = '';
  };
  return (
    <>
      <input
        ref={filesRef}
        type="file"
        multiple
        hidden
        data-testid="pick-files"
        onChange={(event) => take(event.target)}
      />
      <input
        ref={folderRef}
        type="file"
        multiple
        {...folderOnly}
        hidden
        data-testid="pick-folder"
        onChange={(event) => take(event.target)}
      />
    </>
  );
}
