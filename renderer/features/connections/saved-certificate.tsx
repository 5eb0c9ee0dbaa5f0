import { CircleX, ShieldCheck, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CertificateView } from '../../../shared/domain/auth.ts';
import { Button } from '../../ui/button/button.tsx';
import { DescriptionList } from '../../ui/description-list/description-list.tsx';
import { Status } from '../../ui/feedback/status.tsx';
import { useFormat } from '../../words/use-format.ts';
import { type CertificateValidity, certificateValidity } from './certificate-validity.ts';
import type { TextDraftField } from './connection-draft.ts';
import styles from './connections.module.css';

type Props = {
  readonly certificate: CertificateView;
  readonly errorOf: (field: TextDraftField) => string | undefined;
  readonly onReplace: () => void;
};

const looks = {
  valid: { tone: 'good', Icon: ShieldCheck },
  expiring: { tone: 'warn', Icon: TriangleAlert },
  expired: { tone: 'bad', Icon: CircleX },
  notYet: { tone: 'warn', Icon: TriangleAlert },
} as const satisfies Record<CertificateValidity['state'], unknown>;

/** The certificate of a saved connection: all that is public of it. Its private key is there, and never shown. */
export function SavedCertificate({ certificate, errorOf, onReplace }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [nowMs] = useState(() => Date.now());
  const { state, daysLeft } = certificateValidity(certificate, nowMs);
  const { tone, Icon } = looks[state];
  const word =
    state === 'expiring' ? t('connection.validity.expiring', { count: daysLeft }) : t(`connection.validity.${state}`);
  const error = errorOf('certificatePem') ?? errorOf('privateKeyPem') ?? errorOf('privateKeyPassphrase');
  const keyType = [
    certificate.keyType,
    certificate.chainCount > 0 ? t('connection.intermediates', { count: certificate.chainCount }) : '',
  ];
  return (
    <section className={styles.saved} aria-label={t('connection.certificatePem')}>
      <div className={styles.savedHead}>
        <h3>{t('connection.certificatePem')}</h3>
        <Status tone={tone} icon={<Icon size={14} aria-hidden />} word={word} />
        <div className={styles.savedAction} data-field="certificatePem">
          <Button aria-label={t('connection.replaceCertificate')} onClick={onReplace}>
            {t('connection.replaceSecret')}
          </Button>
        </div>
      </div>
      <DescriptionList
        items={[
          { term: t('connection.subject'), value: <bdi>{certificate.subject}</bdi> },
          { term: t('connection.issuer'), value: <bdi>{certificate.issuer}</bdi> },
          { term: t('connection.validUntil'), value: format.exactDate(certificate.notAfterMs) },
          { term: t('connection.keyType'), value: format.list(keyType.filter(Boolean), 'unit') },
          { term: t('connection.privateKeyPem'), value: t('connection.privateKeySaved') },
        ]}
      />
      {error === undefined ? null : <p className={styles.problem}>{error}</p>}
    </section>
  );
}
