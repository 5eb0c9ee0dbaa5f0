import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandInput, CommandName, CommandOutput } from '../../../shared/contract/commands.ts';
import type { RuleId } from '../../../shared/domain/ids.ts';
import type { RuleView } from '../../../shared/domain/rule.ts';
import type { Result } from '../../../shared/result.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { showRules, useBrowserStore } from '../../stores/browser-store.ts';
import { offerDraft } from '../../stores/draft-store.ts';
import { draftOf } from '../../stores/rule-draft.ts';
import { useRuleDialogs } from '../../stores/rule-dialogs.ts';
import { type RuleTab, useRulesStore } from '../../stores/rules-store.ts';
import { useToast } from '../../ui/toast/toast.tsx';

const show = (page: Parameters<typeof showRules>[1]) => useBrowserStore.setState((state) => showRules(state, page));

/** What can be done with a rule, or with all of them, beside changing and removing it. What is refused is told. */
export function useRuleDeeds() {
  const engine = useEngine();
  const toast = useToast();
  const { t } = useTranslation();
  return useMemo(() => {
    const call = async <N extends CommandName>(
      name: N,
      input: CommandInput<N>,
      about: string,
    ): Promise<Result<CommandOutput<N>>> => {
      const answer = await engine.call(name, input);
      if (!answer.ok) toast(t('rules.failedDeed', { name: about, message: describeError(answer.error).message }));
      return answer;
    };
    return {
      open: (ruleId: RuleId, tab: RuleTab = 'history') => show({ type: 'rule', ruleId, tab }),
      openAll: () => show({ type: 'all' }),
      openNew: () => show({ type: 'new' }),
      duplicate: (rule: RuleView) => {
        offerDraft({ ...draftOf(rule), name: t('rules.copyName', { name: rule.name }).slice(0, 100) });
        show({ type: 'new' });
      },
      pause: (rule: RuleView) => void call('rules.pause', { ruleId: rule.id }, rule.name),
      resume: (rule: RuleView) => {
        // What it would delete is seen before.
        if (rule.stoppedBy?.code.startsWith('Mirror') === true) useRulesStore.setState({ askedMirror: rule.id });
        else void call('rules.resume', { ruleId: rule.id }, rule.name);
      },
      backfill: (rule: RuleView) => useRuleDialogs.setState({ backfill: rule.id }),
      auditLog: () => useRuleDialogs.setState({ auditLog: true }),
      pauseAll: () => void call('rules.pause', {}, t('rules.title')),
      resumeAll: () => void call('rules.resume', {}, t('rules.title')),
      run: async (rule: RuleView) => {
        const answer = await call('rules.run', { ruleId: rule.id }, rule.name);
        if (answer.ok) toast(t('rules.ran', { count: answer.value.started, name: rule.name }));
      },
    };
  }, [engine, toast, t]);
}
export type RuleDeeds = ReturnType<typeof useRuleDeeds>;
