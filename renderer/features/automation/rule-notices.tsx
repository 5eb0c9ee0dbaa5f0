import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { dropNotices, useRulesStore } from '../../stores/rules-store.ts';
import { useToast } from '../../ui/toast/toast.tsx';

/** Shows what rules have to say to the person, each once. */
export function RuleNotices() {
  const { t } = useTranslation();
  const toast = useToast();
  const notices = useRulesStore((state) => state.notices);
  useEffect(() => {
    const last = notices.at(-1);
    if (!last) return;
    useRulesStore.setState((state) => dropNotices(state, last.serial));
    for (const { title, message, copy } of notices) {
      const action =
        copy === undefined
          ? undefined
          : {
              label: t('rules.copyNotice'),
              run: () =>
                void navigator.clipboard.writeText(copy).then(
                  () => toast(t('common.copied')),
                  // The browser forbids it: nothing was copied, nothing is said.
                  () => undefined,
                ),
            };
      toast({ title, text: message }, action);
    }
  }, [notices, toast, t]);
  return null;
}
