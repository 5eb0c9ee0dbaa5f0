import type { ComponentProps, ReactNode } from 'react';
import { classNames } from '../class-names.ts';
import { Tooltip } from '../tooltip/tooltip.tsx';
import styles from './button.module.css';

export type ButtonLook = 'normal' | 'primary' | 'danger' | 'ghost';
type Props = Omit<ComponentProps<'button'>, 'className'> & {
  readonly look?: ButtonLook;
  readonly small?: boolean;
};

export function Button({ look = 'normal', small = false, type = 'button', ...rest }: Props) {
  const className = classNames(styles.button, look !== 'normal' && styles[look], small && styles.small);
  return <button type={type} className={className} {...rest} />;
}

type IconProps = Omit<Props, 'aria-label' | 'children'> & {
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
