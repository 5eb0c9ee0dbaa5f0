import { Toast as Base } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { type FocusEvent, type ReactNode, useCallback, useRef } from 'react';
import { Button } from '../button/button.tsx';
import styles from './toast.module.css';

/** One thing that can be done about the news: "Undo", "Show". `undoes`: it takes back what the news are about. */
export type ToastAction = { readonly label: string; readonly run: () => void; readonly undoes?: boolean };

type Data = { readonly action?: ToastAction | undefined };

const plainMs = 6000;
const withActionMs = 10_000;

type ProviderProps = {
  readonly label: string;
  readonly closeLabel: string;
  /** `data-pane` of the news while there are any: a stop on the way through the panes of the window. */
  readonly pane?: string;
  readonly children: ReactNode;
};

/** Short news that need no answer; they leave by themselves, but not from under the pointer or the focus. */
export function ToastProvider({ children, ...rest }: ProviderProps) {
  return (
    <Base.Provider limit={3} timeout={plainMs}>
      {children}
      <Base.Portal>
        <Toasts {...rest} />
      </Base.Portal>
    </Base.Provider>
  );
}

function Toasts({ label, closeLabel, pane }: Omit<ProviderProps, 'children'>) {
  const { toasts, close } = Base.useToastManager<Data>();
  const cameFrom = useRef<Element | null>(null);
  const onFocus = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget)) cameFrom.current = relatedTarget;
  };
  /** The focus that is in news goes back before they do. */
  const leave = () => {
    if (cameFrom.current instanceof HTMLElement) cameFrom.current.focus();
  };
  return (
    <Base.Viewport
      className={styles.viewport}
      aria-label={label}
      data-pane={toasts.length > 0 ? pane : undefined}
      onFocus={onFocus}
    >
      {toasts.map((toast) => {
        const action = toast.data?.action;
        return (
          <Base.Root
            key={toast.id}
            toast={toast}
            className={styles.toast}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              // By itself it closes only while the focus is still in it.
              leave();
              close(toast.id);
            }}
          >
            <div className={styles.text}>
              <Base.Title render={<p />} className={toast.description === undefined ? undefined : styles.title} />
              {toast.description === undefined ? null : <Base.Description />}
            </div>
            {action === undefined ? null : (
              <Button
                small
                onClick={() => {
                  leave();
                  close(toast.id);
                  action.run();
                }}
              >
                {action.label}
              </Button>
            )}
            <Base.Close className={styles.close} aria-label={closeLabel} onClick={leave}>
              <X size={14} aria-hidden />
            </Base.Close>
          </Base.Root>
        );
      })}
    </Base.Viewport>
  );
}

/** A title with a text below it. */
export type ToastWords = { readonly title: string; readonly text: string };

/**
 * Shows one line of news, or a title and a text: 6 s, or 10 s when something can be done about it. `onGone` is called once it has left, whether
 * or not the action was taken. The function stays the same.
 */
export function useToast(): (words: string | ToastWords, action?: ToastAction, onGone?: () => void) => void {
  const { add } = Base.useToastManager<Data>();
  return useCallback(
    (words, action, onGone) =>
      void add({
        // As the title it names the news for assistive technology.
        ...(typeof words === 'string' ? { title: words } : { title: words.title, description: words.text }),
        data: { action },
        timeout: action === undefined ? plainMs : withActionMs,
        ...(onGone === undefined ? {} : { onRemove: onGone }),
      }),
    [add],
  );
}

/** Takes back what the newest news offer to undo, while they are on screen; undefined when there is nothing of the kind. */
export function useUndo(): (() => void) | undefined {
  const { toasts, close } = Base.useToastManager<Data>();
  const newest = toasts.find(
    ({ data, transitionStatus, limited }) => data?.action?.undoes && transitionStatus !== 'ending' && !limited,
  );
  if (!newest) return undefined;
  return () => {
    close(newest.id);
    newest.data?.action?.run();
  };
}
