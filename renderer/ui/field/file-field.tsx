import { Field } from '@base-ui/react/field';
import { FileCheck, X } from 'lucide-react';
import { type ClipboardEvent, type DragEvent, useEffect, useId, useRef, useState } from 'react';
import { Button, IconButton } from '../button/button.tsx';
import { FieldFrame, type FieldWords } from './field-frame.tsx';
import styles from './field.module.css';

type Words = {
  /** In the empty field: "Drop a file here, or paste its text". */
  readonly placeholder: string;
  /** On the button: "Choose file…", and what it is called where it is only spoken. */
  readonly choose: string;
  readonly chooseLabel: string;
  readonly remove: string;
};
type Props = FieldWords & {
  readonly name?: string;
  /** What the field has now; null: nothing yet. Its content is not shown. */
  readonly taken: { readonly name: string; readonly detail: string } | null;
  /** As in HTML: `.pem,.crt`. Proposes, and forbids nothing. */
  readonly accept?: string;
  readonly words: Words;
  readonly onFile: (file: File) => void;
  /** The whole text at once, whether it was pasted or typed. */
  readonly onText: (text: string) => void;
  readonly onRemove: () => void;
};

/** The end of a PEM block: nothing that matters is typed after it. */
const isWhole = (text: string) => /-----END [A-Z0-9 ]+-----\s*$/.test(text);

/** A small file: dropped, chosen, or its text pasted. What it took stands there by its name, with a way to take it out again. */
export function FileField({ label, mark, hint, error, taken, ...field }: Props) {
  const { words, onText } = field;
  const [over, setOver] = useState(false);
  const boxRef = useRef<HTMLDivElement>(null);
  const isTaken = taken !== null;
  /** The control that has the focus goes away with what it does. */
  const movesFocus = useRef(false);
  useEffect(() => {
    if (!movesFocus.current) return;
    movesFocus.current = false;
    boxRef.current?.querySelector<HTMLElement>(isTaken ? 'button' : 'textarea')?.focus();
  }, [isTaken]);
  const drag = {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.some((type) => type === 'Files' || type === 'text/plain')) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      event.stopPropagation();
      setOver(false);
      const [file] = event.dataTransfer.files;
      const text = event.dataTransfer.getData('text/plain');
      if (file) field.onFile(file);
      else if (text.trim() !== '') onText(text);
    },
  };
  return (
    <FieldFrame
      label={label}
      mark={mark}
      hint={hint}
      error={error}
      labelElement={isTaken ? <span className={styles.label}>{label}</span> : undefined}
    >
      <div
        ref={boxRef}
        className={isTaken ? styles.taken : styles.drop}
        role="group"
        aria-label={label}
        data-over={over ? '' : undefined}
        data-file-invalid={error === undefined ? undefined : ''}
        {...drag}
      >
        {taken === null ? (
          <EmptyFile {...field} moveFocus={() => (movesFocus.current = true)} />
        ) : (
          <>
            <FileCheck size={16} aria-hidden />
            <div className={styles.takenText}>
              <span className={styles.takenName} title={taken.name}>
                {taken.name}
              </span>
              <span className={styles.hint}>{taken.detail}</span>
            </div>
            <IconButton
              small
              label={words.remove}
              icon={<X size={16} aria-hidden />}
              onClick={() => {
                movesFocus.current = true;
                field.onRemove();
              }}
            />
          </>
        )}
      </div>
    </FieldFrame>
  );
}

type EmptyProps = Omit<Props, keyof FieldWords | 'taken' | 'onRemove'> & { readonly moveFocus: () => void };

function EmptyFile({ name, accept, words, onFile, onText, moveFocus }: EmptyProps) {
  const [typed, setTyped] = useState('');
  const fileRef = useRef<HTMLInputElement>(null);
  const noteId = useId();
  const takeText = (text: string) => {
    setTyped('');
    onText(text);
  };
  const onPaste = (event: ClipboardEvent) => {
    const [file] = event.clipboardData.files;
    const text = event.clipboardData.getData('text/plain');
    if (file === undefined && text.trim() === '') return;
    // A key is not shown, not even for as long as it takes to read it.
    event.preventDefault();
    moveFocus();
    if (file) onFile(file);
    else takeText(text);
  };
  return (
    <>
      <Field.Control
        className={styles.dropText}
        value={typed}
        onValueChange={(text) => {
          if (!isWhole(text)) return setTyped(text);
          moveFocus();
          return takeText(text);
        }}
        onPaste={onPaste}
        onBlur={() => typed.trim() !== '' && takeText(typed)}
        render={
          <textarea
            rows={1}
            name={name}
            placeholder={words.placeholder}
            aria-describedby={noteId}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
          />
        }
      />
      <span id={noteId} className="visually-hidden">
        {words.placeholder}
      </span>
      <Button small aria-label={words.chooseLabel} onClick={() => fileRef.current?.click()}>
        {words.choose}
      </Button>
      <input
        ref={fileRef}
        type="file"
        hidden
        accept={accept}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          // The same file again is a change too.
          event.target.value = '';
          if (!file) return;
          moveFocus();
          onFile(file);
        }}
      />
    </>
  );
}
