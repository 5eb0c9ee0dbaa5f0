import { useTranslation } from 'react-i18next';
import type { JobView } from '../../../shared/domain/transfer.ts';
import { waitsForSignIn } from '../../stores/transfer-summary.ts';
import { Button, IconButton } from '../../ui/button/button.tsx';
import { type JobDeeds, jobActions } from './job-menu.tsx';
import styles from './transfers.module.css';

/** The likeliest of what a job's menu has stands in words, the next as icons. */
const inWords = ['answer', 'signIn', 'editConnection', 'retryNow', 'resume', 'retry', 'show', 'again'];
const asIcons = ['again', 'pause', 'clear', 'cancel'];

/** What can be done with a job in its state. The buttons are reached from the row by the right arrow, not by Tab. */
export function JobActions({ job, deeds }: { readonly job: JobView; readonly deeds: JobDeeds }) {
  const { t } = useTranslation();
  const actions = jobActions(job, deeds, t).flat();
  const worded = inWords.flatMap((id) => actions.filter((action) => action.id === id)).slice(0, 2);
  const icons = actions.filter((action) => asIcons.includes(action.id) && !worded.includes(action));
  return (
    <>
      {worded.map((action, index) => (
        <Button
          key={action.id}
          small
          tabIndex={-1}
          look={index === 0 && needsYou(job) ? 'primary' : 'normal'}
          onClick={action.run}
        >
          {action.label}
        </Button>
      ))}
      <span className={styles.icons}>
        {icons.map((action) => (
          <IconButton
            key={action.id}
            small
            tabIndex={-1}
            label={action.label}
            icon={action.icon}
            onClick={action.run}
          />
        ))}
      </span>
    </>
  );
}

const needsYou = (job: JobView) => job.question !== undefined || job.state === 'interrupted' || waitsForSignIn(job);
