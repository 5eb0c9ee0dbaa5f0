import { CircleX, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '../class-names.ts';
import styles from './feedback.module.css';

const icons = { info: Info, warn: TriangleAlert, bad: CircleX } as const;

type Props = { readonly tone: keyof typeof icons; readonly children: ReactNode; readonly action?: ReactNode };

/** A line across the window about a state that lasts. */
export function Banner({ tone, children, action }: Props) {
  const Icon = icons[tone];
  return (
    <div role={tone === 'info' ? 'status' : 'alert'} className={classNames(styles.banner, styles[tone])}>
      <Icon size={16} aria-hidden />
      <div className={styles.bannerText}>{children}</div>
      {action === undefined ? null : <div className={styles.bannerAction}>{action}</div>}
    </div>
  );
}
