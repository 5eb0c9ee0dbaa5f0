import { useTranslation } from 'react-i18next';
import type { AuthView, CertificateView } from '../../../shared/domain/auth.ts';
import { visibleText } from '../../../shared/words/visible-text.ts';
import type { Description } from '../../ui/description-list/description-list.tsx';
import { Time } from '../../words/time.tsx';
import { Facts, Section, useCopyable } from './facts.tsx';

/** How a connection signs in: what of it may be shown, and is asked for elsewhere. */
export function SignInFacts({ auth }: { readonly auth: AuthView }) {
  const { t } = useTranslation();
  const facts = useSignInFacts(auth);
  return (
    <Section title={t('signIn.with')}>
      <Facts items={[{ term: t('signIn.facts.method'), value: t(`signIn.withWhat.${auth.type}`) }, ...facts]} />
    </Section>
  );
}

function useSignInFacts(auth: AuthView): readonly Description[] {
  const { t } = useTranslation();
  const copyable = useCopyable();
  const fact = (name: 'accessKeyId' | 'roleArn' | 'externalId' | 'mfaSerial', value: string | undefined) =>
    value === undefined || value === '' ? [] : [copyable(t(`signIn.facts.${name}`), value)];
  const profile = (name: string): Description => ({ term: t('signIn.facts.profile'), value: visibleText(name) });
  switch (auth.type) {
    case 'accessKey':
      return fact('accessKeyId', auth.accessKeyId);
    case 'profile':
      return [profile(auth.profile)];
    case 'role':
      return [
        ...fact('roleArn', auth.roleArn),
        ...fact('externalId', auth.externalId),
        ...fact('mfaSerial', auth.mfaSerial),
        ...(auth.base.type === 'profile' ? [profile(auth.base.profile)] : fact('accessKeyId', auth.base.accessKeyId)),
      ];
    case 'rolesAnywhere':
      return [
        ...fact('roleArn', auth.roleArn),
        { term: t('signIn.facts.certificate'), value: auth.certificate?.subject ?? t('signIn.facts.noCertificate') },
        ...(auth.certificate ? [validity(auth.certificate)] : []),
      ];
  }

  function validity({ notAfterMs }: CertificateView): Description {
    const isOver = notAfterMs < Date.now();
    return { term: t(isOver ? 'signIn.facts.ranOut' : 'signIn.facts.validUntil'), value: <Time ms={notAfterMs} /> };
  }
}
