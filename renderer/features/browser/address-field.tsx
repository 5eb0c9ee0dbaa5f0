import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { addressOf, readAddress } from '../../stores/address.ts';
import { goTo, goToRow, useBrowserStore } from '../../stores/browser-store.ts';
import { type Place, rootOf } from '../../stores/place.ts';
import { focusWhenShown } from '../../ui/focus-when-shown.ts';
import styles from './path-bar.module.css';

type Props = { readonly connection: ConnectionView; readonly place: Place; readonly onClose: () => void };

/** The place as text: takes everything that names a bucket, a folder or an object. */
export function AddressField({ connection, place, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const [text, setText] = useState(addressOf(place));
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const left = useRef(false);

  const submit = async () => {
    const answer = readAddress(text, connection);
    if (!answer.ok) {
      const root = addressOf(rootOf(connection));
      return setProblem(
        answer.reason === 'invalid' ? t('browser.addressInvalid') : t('browser.addressOutside', { root }),
      );
    }
    const { object } = answer;
    if (object?.place.bucket != null) {
      setBusy(true);
      const { connectionId, bucket } = object.place;
      const found = await engine.call('objects.stat', { connectionId, bucket, key: object.key });
      setBusy(false);
      if (left.current) return;
      // Not an object, or none that may be looked at: the list of the folder says more.
      if (found.ok) useBrowserStore.setState((state) => goToRow(state, object.place, object.name));
      else useBrowserStore.setState((state) => goTo(state, answer.place));
    } else useBrowserStore.setState((state) => goTo(state, answer.place));
    onClose();
  };
  const leave = () => {
    left.current = true;
    onClose();
  };
  return (
    <form
      className={styles.address}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <input
        ref={focusWhenShown}
        aria-label={t('browser.address')}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : 'address-problem'}
        aria-busy={busy}
        value={text}
        dir="ltr"
        spellCheck={false}
        autoComplete="off"
        onFocus={(event) => event.target.select()}
        onChange={(event) => {
          setText(event.target.value);
          setProblem(null);
        }}
        onKeyDown={(event) => event.key === 'Escape' && leave()}
        onBlur={leave}
      />
      {problem === null ? null : (
        <span id="address-problem" role="alert" className={styles.addressProblem}>
          {problem}
        </span>
      )}
    </form>
  );
}
