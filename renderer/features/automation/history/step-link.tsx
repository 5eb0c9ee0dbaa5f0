import { Link } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionId } from '../../../../shared/domain/ids.ts';
import type { RuleView, RunStep } from '../../../../shared/domain/rule.ts';
import type { AppError } from '../../../../shared/errors.ts';
import { useEngine } from '../../../bridge/engine-context.ts';
import { useConnectionsStore } from '../../../stores/connections-store.ts';
import { Button } from '../../../ui/button/button.tsx';
import { TextField } from '../../../ui/field/text-field.tsx';
import { useToast } from '../../../ui/toast/toast.tsx';
import { AppErrorView } from '../../../words/error-words.tsx';
import { useFormat } from '../../../words/use-format.ts';
import styles from './history.module.css';

/** An object that a link was made to, and for how long such a link works. */
export type LinkPlace = { readonly bucket: string; readonly key: string; readonly expiresInSeconds: number };

/** Pure. Where the link leads that a step has made; null: it has made none. Its history has no link: whoever has one may read. */
export function linkPlaceOf({ action, state, detail }: RunStep, rule: RuleView, index: number): LinkPlace | null {
  const slash = detail?.indexOf('/') ?? -1;
  if (action !== 'presign' || state !== 'done' || detail === null || slash < 1) return null;
  const now = rule.actions[index];
  const expiresInSeconds = now?.type === 'presign' ? now.expiresInSeconds : 3600;
  return { bucket: detail.slice(0, slash), key: detail.slice(slash + 1), expiresInSeconds };
}

/** Pure. The name of the connection that reaches what a step acts on: that of the step before that has put it somewhere else. */
export function connectionNameAt({ connection, actions }: RuleView, index: number): string {
  for (const action of actions.slice(0, index).toReversed()) {
    if (action.type === 'upload' || action.type === 'uploadStream' || action.type === 'move')
      return action.connection ?? connection;
  }
  return connection;
}

type Props = { readonly rule: RuleView; readonly step: RunStep; readonly index: number };

/** A link that a run has made, once more: its notice may have gone by. */
export function StepLink({ rule, step, index }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const engine = useEngine();
  const toast = useToast();
  const name = connectionNameAt(rule, index);
  const connectionId = useConnectionsStore((state) => state.connections.find((one) => one.name === name)?.id);
  const [url, setUrl] = useState<string | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const place = linkPlaceOf(step, rule, index);
  if (place === null || connectionId === undefined) return null;
  const { bucket, key, expiresInSeconds } = place;
  const make = async (from: ConnectionId) => {
    const answer = await engine.call('objects.presign', { connectionId: from, bucket, key, expiresInSeconds });
    setError(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    await navigator.clipboard.writeText(answer.value.url).then(
      () => toast(t('ruleRun.linkCopied', { time: format.longDuration(expiresInSeconds) })),
      // The browser forbids it: it is there to be copied by hand.
      () => setUrl(answer.value.url),
    );
  };
  return (
    <div className={styles.stepLink}>
      <Button small onClick={() => void make(connectionId)}>
        <Link size={14} aria-hidden />
        {t('ruleRun.copyLink')}
      </Button>
      {url === null ? null : (
        <TextField label={t('ruleRun.link')} readOnly value={url} onValueChange={() => undefined} />
      )}
      {error ? <AppErrorView error={error} quiet /> : null}
    </div>
  );
}
