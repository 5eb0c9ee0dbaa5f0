import { ArrowLeft, ArrowRight, ArrowUp, ChevronRight, PencilLine } from 'lucide-react';
import { Fragment, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { goBack, goForward, goTo, useBrowserStore } from '../../stores/browser-store.ts';
import { crumbsOf, parentOf, type Place, rootOf } from '../../stores/place.ts';
import { IconButton } from '../../ui/button/button.tsx';
import { addressOf, readAddress } from './address.ts';
import styles from './browser.module.css';

type Props = {
  readonly connection: ConnectionView;
  readonly place: Place;
  readonly editing: boolean;
  readonly onEditing: (editing: boolean) => void;
  readonly start?: ReactNode;
  readonly end?: ReactNode;
};

const go = (place: Place) => useBrowserStore.setState((state) => goTo(state, place));

export function PathBar({ connection, place, editing, onEditing, start, end }: Props) {
  const { t } = useTranslation();
  const canBack = useBrowserStore((state) => state.back.length > 0);
  const canForward = useBrowserStore((state) => state.forward.length > 0);
  const above = parentOf(place, rootOf(connection));
  return (
    <div className={styles.pathBar}>
      {start}
      <IconButton
        label={t('browser.back')}
        icon={<ArrowLeft size={16} aria-hidden />}
        disabled={!canBack}
        onClick={() => useBrowserStore.setState(goBack)}
      />
      <IconButton
        label={t('browser.forward')}
        icon={<ArrowRight size={16} aria-hidden />}
        disabled={!canForward}
        onClick={() => useBrowserStore.setState(goForward)}
      />
      <IconButton
        label={t('browser.up')}
        icon={<ArrowUp size={16} aria-hidden />}
        disabled={above === null}
        onClick={() => above && go(above)}
      />
      {editing ? (
        <AddressField connection={connection} place={place} onClose={() => onEditing(false)} />
      ) : (
        <Crumbs connection={connection} place={place} onEdit={() => onEditing(true)} />
      )}
      {end}
    </div>
  );
}

function Crumbs({ connection, place, onEdit }: { connection: ConnectionView; place: Place; onEdit: () => void }) {
  const { t } = useTranslation();
  const root = rootOf(connection);
  const crumbs = [
    { name: connection.name, place: root },
    // The root of a restricted connection stands for its bucket and path already.
    ...crumbsOf(place, root).filter((crumb) => root.bucket === null || crumb.place.prefix !== root.prefix),
  ];
  const last = crumbs.length - 1;
  return (
    <>
      {/* The button beside it does the same for everyone who has no mouse. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <nav aria-label={t('browser.path')} className={styles.crumbs} onDoubleClick={onEdit}>
        <ol>
          {crumbs.map((crumb, index) => (
            <Fragment key={`${crumb.place.bucket}/${crumb.place.prefix}`}>
              {index > 0 ? (
                <li aria-hidden className={styles.crumbGap}>
                  <ChevronRight size={12} />
                </li>
              ) : null}
              <li>
                <button
                  type="button"
                  className={styles.crumb}
                  aria-current={index === last ? 'page' : undefined}
                  onClick={() => go(crumb.place)}
                >
                  {crumb.name === '' ? t('common.noName') : visibleText(crumb.name)}
                </button>
              </li>
            </Fragment>
          ))}
        </ol>
      </nav>
      <IconButton label={t('browser.editPath')} icon={<PencilLine size={14} aria-hidden />} onClick={onEdit} />
    </>
  );
}

function AddressField({
  connection,
  place,
  onClose,
}: {
  connection: ConnectionView;
  place: Place;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(addressOf(place));
  const [problem, setProblem] = useState<string | null>(null);
  const submit = () => {
    const answer = readAddress(text, connection);
    if (answer.ok) {
      go(answer.place);
      onClose();
      return;
    }
    const root = addressOf(rootOf(connection));
    setProblem(answer.reason === 'invalid' ? t('browser.addressInvalid') : t('browser.addressOutside', { root }));
  };
  return (
    <form
      className={styles.address}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <input
        // The person has just asked for it.
        ref={(input) => input?.focus()}
        aria-label={t('browser.address')}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : 'address-problem'}
        value={text}
        spellCheck={false}
        onFocus={(event) => event.target.select()}
        onChange={(event) => {
          setText(event.target.value);
          setProblem(null);
        }}
        onKeyDown={(event) => event.key === 'Escape' && onClose()}
        onBlur={onClose}
      />
      {problem === null ? null : (
        <span id="address-problem" role="alert" className={styles.addressProblem}>
          {problem}
        </span>
      )}
    </form>
  );
}
