import { CircleAlert, FolderOpen } from 'lucide-react';
import { Button } from '../../ui/button/button.tsx';
import { DescriptionList } from '../../ui/description-list/description-list.tsx';
import { CopyButton } from '../../ui/button/copy-button.tsx';
import { Banner } from '../../ui/feedback/banner.tsx';
import { EmptyState } from '../../ui/feedback/empty-state.tsx';
import { ErrorView } from '../../ui/feedback/error-view.tsx';
import { Progress } from '../../ui/feedback/progress.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Sparkline } from '../../ui/feedback/sparkline.tsx';
import { Status, type Tone } from '../../ui/feedback/status.tsx';
import { Case, Section } from './frame.tsx';
import styles from './gallery.module.css';
import { longText, useSay } from './say.ts';

const tones: readonly Tone[] = ['neutral', 'accent', 'good', 'warn', 'bad'];
const speeds = Array.from({ length: 60 }, (_, index) => 100 + 80 * Math.sin(index / 5) + (index % 7) * 6);

export function Feedback() {
  const say = useSay();
  return (
    <Section title="States and progress">
      <Case name="Banner: info, warning, danger" wide>
        <div className={styles.column}>
          <Banner tone="info">{say('Starting the engine…')}</Banner>
          <Banner tone="warn" action={<Button small>{say('Try now')}</Button>}>
            {say('Connection to the engine lost, reconnecting in 8 s.')}
          </Banner>
          <Banner tone="bad" action={<Button small>{say('Sign in')}</Button>}>
            {say(longText)}
          </Banner>
        </div>
      </Case>
      <Case name="Progress: 0, 40 %, all, unknown, tones">
        <div className={styles.column}>
          <Progress label={say('Nothing yet')} fraction={0} />
          <Progress label={say('Some of it')} fraction={0.4} />
          <Progress label={say('All of it')} fraction={1} tone="good" />
          <Progress label={say('Paused')} fraction={0.7} tone="warn" />
          <Progress label={say('Failed')} fraction={0.2} tone="bad" />
          <Progress label={say('Unknown')} fraction={null} />
          <Progress captioned label={say('Uploading invoice-7.pdf')} fraction={0.4} valueText={say('1.2 MB of 3 MB')} />
        </div>
      </Case>
      <Case name="Sparkline, skeleton">
        <div className={styles.column}>
          <Sparkline values={speeds} slots={60} />
          <Sparkline values={speeds.slice(0, 12)} slots={60} />
          <Sparkline values={[]} slots={60} />
          <Skeleton widthPercent={80} />
          <Skeleton widthPercent={55} />
        </div>
      </Case>
      <Case name="Status: icon and word">
        <div className={styles.column}>
          {tones.map((tone) => (
            <Status key={tone} tone={tone} icon={<CircleAlert size={14} aria-hidden />} word={say(tone)} />
          ))}
          <div className={styles.narrow}>
            <Status
              tone="warn"
              icon={<CircleAlert size={14} aria-hidden />}
              word={say(longText)}
              title={say(longText)}
            />
          </div>
        </div>
      </Case>
      <Case name="Facts">
        <DescriptionList
          items={[
            { term: say('Size'), value: '1.2 MB' },
            { term: say('Storage class'), value: say('Standard') },
            {
              term: say('Checksum'),
              value: '9e107d9d372bb6826bd81d3542a419d6e4d909c290d0fb1ca068ffaddf22cbd0',
              action: <CopyButton text="9e107d9d" label={say('Copy the checksum')} copiedLabel={say('Copied')} />,
            },
          ]}
        />
      </Case>
      <Case name="Empty state">
        <EmptyState
          icon={<FolderOpen size={32} strokeWidth={1.5} aria-hidden />}
          title={say('This folder is empty')}
          text={say('Drop files or folders here, paste them, or choose them.')}
          actions={<Button look="primary">{say('Upload files…')}</Button>}
        />
      </Case>
      <Case name="Error: what happened, what to do, details">
        <ErrorView
          words={{
            what: say('Could not reach finance-eu: the network is down.'),
            fix: say('Check the network; it is tried again by itself.'),
            details: 'code: network\nrequest id: 4442587FB7D0A2F9',
          }}
          labels={{ details: say('Details'), copy: say('Copy details'), copied: say('Copied') }}
          actions={<Button small>{say('Retry')}</Button>}
        />
      </Case>
    </Section>
  );
}
