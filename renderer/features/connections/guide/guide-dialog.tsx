import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandInput } from '../../../../shared/contract/commands.ts';
import type { ConnectionSettings, ConnectionView } from '../../../../shared/domain/connection.ts';
import { usualPolicyActions } from '../../../../shared/domain/policies.ts';
import { Button } from '../../../ui/button/button.tsx';
import { Dialog } from '../../../ui/dialog/dialog.tsx';
import { Tabs } from '../../../ui/tabs/tabs.tsx';
import {
  type GuideAuth,
  guideAuthOf,
  type GuideDraft,
  type GuideMethod,
  guideMethodOf,
  guideMethods,
} from './guide-policies.ts';
import { GuideSteps } from './guide-step-list.tsx';
import styles from './guide.module.css';

export type GuideSettings = Partial<
  Pick<ConnectionSettings, 'restrictToBucket' | 'restrictToPath' | 'region' | 'endpointUrl'>
>;
export type CallerTarget = CommandInput<'connections.callerArn'>['target'];

type Props = {
  /** The way that is shown first. */
  readonly method: GuideMethod;
  /** The connection's name once it has one. */
  readonly name?: string;
  readonly settings: GuideSettings;
  readonly auth: GuideAuth | null;
  /** Whose credentials take the role; null while there are none to ask with. */
  readonly target: CallerTarget | null;
  /** Takes the bucket and path of the policy into the form that the guide lies over. */
  readonly onUse?:
    | ((changes: { readonly restrictToBucket: string; readonly restrictToPath: string }) => void)
    | undefined;
  readonly onClose: () => void;
};

/**
 * How to get what a connection needs from AWS, for somebody who has never heard of IAM: numbered steps with what to click,
 * and the policies for exactly this connection to copy. Rendered inside of a form's dialog it lies over that and leaves it
 * as it is.
 */
export function GuideDialog({ method, name, settings, auth, target, onUse, onClose }: Props) {
  const { t } = useTranslation();
  const [way, setWay] = useState(method);
  const [draft, setDraft] = useState<GuideDraft>({
    bucket: settings.restrictToBucket ?? '',
    path: settings.restrictToPath ?? '',
    actions: usualPolicyActions,
    callerArn: '',
    trustAnchorArn: auth?.trustAnchorArn ?? '',
  });
  const onDraft = (change: Partial<GuideDraft>) => setDraft((before) => ({ ...before, ...change }));
  const isElsewhere =
    settings.endpointUrl !== undefined && !/\.amazonaws\.com(\.cn)?(:\d+)?\/?$/.test(settings.endpointUrl);
  return (
    <Dialog
      title={name === undefined ? t('guide.title') : t('guide.titleFor', { name })}
      wide
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('common.close')}</Button>}
    >
      {isElsewhere ? <p className={styles.note}>{t('guide.notAmazon')}</p> : null}
      <div className={styles.tabs}>
        <Tabs
          label={t('guide.ways')}
          value={way}
          onValueChange={setWay}
          tabs={guideMethods.map((one) => ({
            value: one,
            label: t(`guide.way.${one}`),
            content: (
              <div className={styles.way}>
                <p>{t(`guide.about.${one}`)}</p>
                <GuideSteps
                  method={one}
                  draft={draft}
                  auth={auth ?? {}}
                  region={settings.region}
                  target={target}
                  onDraft={onDraft}
                  onUse={onUse}
                />
              </div>
            ),
          }))}
        />
      </div>
    </Dialog>
  );
}

/** The same for a saved connection. */
export function ConnectionGuide({
  connection,
  onClose,
}: {
  readonly connection: ConnectionView;
  readonly onClose: () => void;
}) {
  return (
    <GuideDialog
      name={connection.name}
      method={guideMethodOf(connection.auth)}
      settings={connection}
      auth={guideAuthOf(connection.auth)}
      target={{ connectionId: connection.id }}
      onClose={onClose}
    />
  );
}
