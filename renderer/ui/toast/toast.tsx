import { Toast as Base } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { type ReactNode, useCallback } from 'react';
import { Button } from '../button/button.tsx';
import styles from './toast.module.css';

/** One thing that can be done about the news: "Undo", "Show". */
export type ToastAction = { readonly label: string; readonly run: () => void };

type Data = { readonly action?: ToastAction | undefined };

const plainMs = 6000;
const withActionMs = 10_000;

type ProviderProps = { readonly label: string; readonly closeLabel: string; readonly children: ReactNode };

/** Short news that need no answer; they leave by themselves, but not from under the pointer or the focus. F6 goes there. */
export function ToastProvider({ label, closeLabel, children }: ProviderProps) {
  return (
    <Base.Provider limit={3} timeout={plainMs}>
      {children}
      <Base.Portal>
        <Base.Viewport className={styles.viewport} aria-label={label}>
          <Toasts closeLabel={closeLabel} />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function Toasts({ closeLabel }: { readonly closeLabel: string }) {
  const { toasts, close } = Base.useToastManager<Data>();
  return toasts.map((toast) => {
    const action = toast.data?.action;
    return (
      <Base.Root key={toast.id} toast={toast} className={styles.toast}>
        <Base.Title render={<p />} className={styles.text} />
        {action === undefined ? null : (
          <Button
            small
            look="ghost"
            onClick={() => {
              close(toast.id);
              action.run();
            }}
          >
            {action.label}
          </Button>
        )}
        <Base.Close className={styles.close} aria-label={closeLabel}>
          <X size={14} aria-hidden />
        </Base.Close>
      </Base.Root>
    );
  });
}

/**
 * Shows one line of news: 6 s, or 10 s when something can be done about it. `onGone` is called once it has left, whether
 * or not the action was taken. The function stays the same.
 */
export function useToast(): (text: string, action?: ToastAction, onGone?: () => void) => void {
  const { add } = Base.useToastManager<Data>();
  return useCallback(
    (text, action, onGone) =>
      void add({
        // As the title it names the news for assistive technology.
        title: text,
        data: { action },
        timeout: action === undefined ? plainMs : withActionMs,
        ...(onGone === undefined ? {} : { onRemove: onGone }),
      }),
    [add],
  );
}
