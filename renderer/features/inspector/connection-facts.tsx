import { Server } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView } from '../../../shared/domain/connection.ts';
import type { ConnectionId } from '../../../shared/domain/ids.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import type { Description } from '../../ui/description-list/description-list.tsx';
import { Facts, Section, useCopyable } from './facts.tsx';
import styles from './inspector.module.css';
import { SignInFacts } from './sign-in-facts.tsx';

/** Where the server of a connection is: what other programs are told. Nothing for Amazon, whose address they know. */
export function useConnectionFacts(connectionId: ConnectionId): readonly Description[] {
  const { t } = useTranslation();
  const copyable = useCopyable();
  const connection = useConnectionsStore((state) => state.connections.find(({ id }) => id === connectionId));
  const { endpointUrl, folder } = connection ?? {};
  return [
    ...(endpointUrl === undefined ? [] : [copyable(t('connection.endpointUrl'), endpointUrl)]),
    ...(folder === undefined ? [] : [copyable(t('inspector.localFolder'), folder)]),
  ];
}

/** A connection whose buckets are listed while none of them is selected. */
export function ConnectionInspector({ connection }: { readonly connection: ConnectionView }) {
  const { t } = useTranslation();
  const facts = useConnectionFacts(connection.id);
  return (
    <>
      <h2 className={styles.name}>
        <Server size={16} aria-hidden />
        <span>{visibleText(connection.name)}</span>
      </h2>
      {facts.length === 0 ? null : (
        <Section>
          <Facts items={facts} />
        </Section>
      )}
      {connection.kind === 'server' ? <SignInFacts auth={connection.auth} /> : null}
      <Section>
        <p>{t('inspector.emptyText')}</p>
      </Section>
    </>
  );
}
