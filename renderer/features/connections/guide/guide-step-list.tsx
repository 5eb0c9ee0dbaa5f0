import { ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ParseKeys } from 'i18next';
import { CodeBlock } from './code-block.tsx';
import type { CallerTarget } from './guide-dialog.tsx';
import { callerPolicy, type GuideAuth, type GuideDraft, type GuideMethod } from './guide-policies.ts';
import {
  authorityCommands,
  consoleUrl,
  type GuidePart,
  guideSteps,
  type GuideStep,
  keyCommands,
} from './guide-steps.ts';
import styles from './guide.module.css';
import { PermissionsPart } from './permissions-part.tsx';
import { TrustPart } from './trust-part.tsx';

export type PartProps = {
  readonly method: GuideMethod;
  readonly draft: GuideDraft;
  readonly auth: GuideAuth;
  readonly region: string | undefined;
  readonly target: CallerTarget | null;
  readonly onDraft: (change: Partial<GuideDraft>) => void;
  readonly onUse?:
    | ((changes: { readonly restrictToBucket: string; readonly restrictToPath: string }) => void)
    | undefined;
};

/** The numbered steps of one way to sign in. */
export function GuideSteps(props: PartProps) {
  const { t } = useTranslation();
  const { method, region } = props;
  const steps: readonly GuideStep[] = guideSteps[method];
  return (
    <ol className={styles.steps}>
      {steps.map(({ id, page, part }) => (
        <li key={id} className={styles.step}>
          <h3>{t(`guide.step.${method}.${id}.title` as ParseKeys)}</h3>
          <p>{t(`guide.step.${method}.${id}.text` as ParseKeys)}</p>
          {page === undefined ? null : (
            <a href={consoleUrl(page, region)} target="_blank" rel="noopener noreferrer" className={styles.link}>
              {t(`guide.page.${page}`)}
              <ExternalLink size={12} aria-hidden />
            </a>
          )}
          {part === undefined ? null : <Part part={part} {...props} />}
        </li>
      ))}
    </ol>
  );
}

function Part({ part, ...props }: PartProps & { readonly part: GuidePart }) {
  const { t } = useTranslation();
  switch (part) {
    case 'permissions':
      return <PermissionsPart {...props} />;
    case 'trust':
      return <TrustPart {...props} />;
    case 'caller':
      return (
        <CodeBlock
          name={t('guide.callerPolicy')}
          copyLabel={t('guide.copyPolicy')}
          text={callerPolicy(props.auth.roleArn)}
        />
      );
    case 'keyCommands':
      return <CodeBlock name={t('guide.keyCommands')} copyLabel={t('guide.copyCommands')} text={keyCommands} wraps />;
    case 'authorityCommands':
      return (
        <CodeBlock
          name={t('guide.authorityCommands')}
          copyLabel={t('guide.copyCommands')}
          text={authorityCommands}
          wraps
        />
      );
  }
}
