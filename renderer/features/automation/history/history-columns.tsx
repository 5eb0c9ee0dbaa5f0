import type { TFunction } from 'i18next';
import { CircleCheck, CircleX, Hourglass, LoaderCircle, SkipForward } from 'lucide-react';
import type { RunState, RunView } from '../../../../shared/domain/rule.ts';
import { visibleText } from '../../../../shared/words/visible-text.ts';
import { Status, type Tone } from '../../../ui/feedback/status.tsx';
import type { GridColumn } from '../../../ui/grid/grid-types.ts';
import { TimeIn } from '../../../words/time.tsx';
import type { Format } from '../../../words/use-format.ts';
import styles from './history.module.css';

const none = '–';
const icons = {
  waiting: Hourglass,
  running: LoaderCircle,
  done: CircleCheck,
  failed: CircleX,
  skipped: SkipForward,
} as const;
const tones: Readonly<Record<RunState, Tone>> = {
  waiting: 'neutral',
  running: 'accent',
  done: 'good',
  failed: 'bad',
  skipped: 'neutral',
};

/** What has become of a run or a step, as a sign and a word. */
export function RunStatus({ state, t }: { readonly state: RunState; readonly t: TFunction }) {
  const Icon = icons[state];
  return <Status tone={tones[state]} icon={<Icon size={14} aria-hidden />} word={t(`ruleRun.state.${state}`)} />;
}

/** What a run is about, in words. */
export const runName = ({ event }: RunView, t: TFunction): string =>
  event.key === null ? t(event.type === 'schedule' ? 'ruleRun.bySchedule' : 'ruleRun.byHand') : visibleText(event.key);

export function historyColumns(t: TFunction, format: Format): GridColumn<RunView>[] {
  return [
    {
      id: 'key',
      header: t('ruleRun.column.key'),
      widthPx: 280,
      minPx: 150,
      grows: true,
      render: (run) => (
        <bdi title={runName(run, t)} data-name>
          {runName(run, t)}
        </bdi>
      ),
    },
    {
      id: 'state',
      header: t('ruleRun.column.state'),
      widthPx: 104,
      minPx: 92,
      render: ({ state }) => (
        <div className={styles.statusCell}>
          <RunStatus state={state} t={t} />
        </div>
      ),
    },
    {
      id: 'seen',
      header: t('ruleRun.column.seen'),
      widthPx: 150,
      minPx: 96,
      soft: true,
      render: ({ seenMs }) => <TimeIn ms={seenMs} format={format} />,
    },
    {
      id: 'event',
      header: t('ruleRun.column.event'),
      widthPx: 96,
      minPx: 80,
      soft: true,
      render: ({ event }) => t(`ruleRun.event.${event.type}`),
    },
    {
      id: 'size',
      header: t('ruleRun.column.size'),
      widthPx: 84,
      minPx: 72,
      align: 'end',
      soft: true,
      render: ({ event }) => (event.sizeBytes === null ? none : <bdi>{format.bytes(event.sizeBytes)}</bdi>),
    },
    {
      id: 'took',
      header: t('ruleRun.column.took'),
      widthPx: 84,
      minPx: 72,
      align: 'end',
      soft: true,
      render: ({ startedMs, endedMs }) =>
        startedMs === null || endedMs === null ? none : format.duration((endedMs - startedMs) / 1000),
    },
  ];
}
