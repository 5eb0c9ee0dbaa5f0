import { Link } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunLink, RunView } from '../../../../shared/domain/rule.ts';
import type { AppError } from '../../../../shared/errors.ts';
import { useEngine } from '../../../bridge/engine-context.ts';
import { Button } from '../../../ui/button/button.tsx';
import { TextField } from '../../../ui/field/text-field.tsx';
import { useToast } from '../../../ui/toast/toast.tsx';
import { AppErrorView } from '../../../words/error-words.tsx';
import { endOfLink } from '../../../words/link-end.ts';
import { useFormat } from '../../../words/use-format.ts';
import styles from './history.module.css';

/** Pure. The place of the step that has made the link of a run: a later one of the same kind has taken its place. -1: none. */
export const linkStepOf = ({ steps }: Pick<RunView, 'steps'>): number =>
  steps.findLastIndex(({ action, state }) => action === 'presign' && state === 'done');

type Props = { readonly link: RunLink };

/** A link that a run has made, once more: its notice may have gone by, and its history has none: whoever has one may read. */
export function StepLink({ link }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const engine = useEngine();
  const toast = useToast();
  const [url, setUrl] = useState<string | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const make = async () => {
    // As the run has made it: the rule may lead somewhere else by now, and its connection may be gone, which is then said.
    const answer = await engine.call('objects.presign', link);
    setError(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    await navigator.clipboard.writeText(answer.value.url).then(
      () => toast(t('ruleRun.linkCopied', { end: endOfLink(answer.value, t, format) })),
      // The browser forbids it: it is there to be copied by hand.
      () => setUrl(answer.value.url),
    );
  };
  return (
    <div className={styles.stepLink}>
      <Button small onClick={() => void make()}>
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
