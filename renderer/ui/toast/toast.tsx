import { Toast as Base } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './toast.module.css';

/** Short news that need no answer; they leave by themselves. */
export function ToastProvider({ closeLabel, children }: { readonly closeLabel: string; readonly children: ReactNode }) {
  return (
    <Base.Provider limit={3} timeout={6000}>
      {children}
      <Base.Portal>
        <Base.Viewport className={styles.viewport}>
          <Toasts closeLabel={closeLabel} />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function Toasts({ closeLabel }: { readonly closeLabel: string }) {
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => (
    <Base.Root key={toast.id} toast={toast} className={styles.toast}>
      <Base.Description className={styles.text} />
      <Base.Close className={styles.close} aria-label={closeLabel}>
        <X size={14} aria-hidden />
      </Base.Close>
    </Base.Root>
  ));
}

/** Shows one line of news. */
export function useToast(): (text: string) => void {
  const { add } = Base.useToastManager();
  return (text) => void add({ description: text });
}
