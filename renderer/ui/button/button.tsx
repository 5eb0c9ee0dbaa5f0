import type { ComponentProps, ReactNode } from 'react';
import { classNames } from '../class-names.ts';
import { Spinner } from '../feedback/spinner.tsx';
import { Tooltip } from '../tooltip/tooltip.tsx';
import styles from './button.module.css';

export type ButtonLook = 'normal' | 'primary' | 'danger' | 'ghost';
type Props = Omit<ComponentProps<'button'>, 'className'> & {
  readonly look?: ButtonLook;
  readonly small?: boolean;
  /** What it does is under way: it cannot be pressed again, and keeps the focus. */
  readonly busy?: boolean;
};

export function Button({ look = 'normal', small = false, busy = false, type = 'button', ...rest }: Props) {
  const className = classNames(styles.button, look !== 'normal' && styles[look], small && styles.small);
  if (!busy) return <button type={type} className={className} {...rest} />;
  return (
    <button type="button" className={className} {...rest} onClick={undefined} aria-disabled aria-busy>
      <Spinner />
      {rest.children}
    </button>
  );
}

type IconProps = Omit<Props, 'aria-label' | 'children' | 'busy'> & {
  /** What it does: spoken, and shown on hover and focus. */
  readonly label: string;
  readonly icon: ReactNode;
};

export function IconButton({ label, icon, look = 'ghost', small = false, type = 'button', ...rest }: IconProps) {
  const className = classNames(styles.button, look !== 'normal' && styles[look], small && styles.small, styles.icon);
  return (
    <Tooltip text={label}>
      <button type={type} className={className} aria-label={label} {...rest}>
        {icon}
      </button>
    </Tooltip>
  );
}
