import { Archive } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { isTyping } from '../../shortcuts/use-shortcuts.ts';
import { readAddress } from '../../stores/address.ts';
import { goTo, useBrowserStore } from '../../stores/browser-store.ts';
import { Button } from '../../ui/button/button.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import styles from './list.module.css';

const kept = 12;
const namesSchema = z.array(z.string()).catch([]);
const storageKey = (connectionId: string) => `brigade.buckets.${connectionId}`;

function readNames(connectionId: string): string[] {
  try {
    return namesSchema.parse(JSON.parse(localStorage.getItem(storageKey(connectionId)) ?? '[]'));
  } catch {
    return [];
  }
}

/** Where the buckets cannot be listed: opens one by its name, and offers those that were opened so before. */
export function NamedBuckets({ connection }: { readonly connection: ConnectionView }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const inputRef = useRef<HTMLInputElement>(null);
  // The only thing to do here, for whoever has just come.
  useEffect(() => {
    if (!isTyping(document.activeElement)) inputRef.current?.focus();
  }, []);
  const [names] = useState(() => readNames(connection.id));

  const open = (name: string) => {
    const answer = readAddress(/^[a-z0-9]+:/.test(name) ? name : `s3://${name.trim()}`, connection);
    if (!answer.ok || answer.place.bucket === null) return setProblem(t('browser.bucketNameInvalid'));
    const { bucket } = answer.place;
    const next = [bucket, ...names.filter((other) => other !== bucket)].slice(0, kept);
    localStorage.setItem(storageKey(connection.id), JSON.stringify(next));
    useBrowserStore.setState((state) => goTo(state, answer.place));
  };
  return (
    <form
      className={styles.named}
      onSubmit={(event) => {
        event.preventDefault();
        open(text);
      }}
    >
      <div className={styles.namedLine}>
        <TextField
          label={t('browser.openByName')}
          hint={t('browser.openByNameHint')}
          error={problem}
          value={text}
          ref={inputRef}
          onValueChange={(value) => {
            setText(value);
            setProblem(undefined);
          }}
        />
        <Button look="primary" type="submit">
          {t('browser.open')}
        </Button>
      </div>
      {names.length > 0 ? (
        <ul className={styles.namedList} aria-label={t('browser.openedBefore')}>
          {names.map((name) => (
            <li key={name}>
              <Button look="ghost" onClick={() => open(name)}>
                <Archive size={16} aria-hidden />
                {name}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
    </form>
  );
}
