import { Coins } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandOutput } from '../../../shared/contract/commands.ts';
import type { RuleId } from '../../../shared/domain/ids.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import type { Draft } from '../../stores/rule-draft.ts';
import { useRulesStore } from '../../stores/rules-store.ts';
import { useFormat } from '../../words/use-format.ts';
import styles from './automation.module.css';

type Cost = CommandOutput<'rules.cost'>;
/** Of Amazon S3 Standard in most regions, in US dollars for 1,000 LIST requests. */
export const dollarsPerThousandLists = 0.005;

const waitMs = 400;

/** What looking would cost, asked once the draft rests; null: it costs nothing, or nobody knows yet. */
export function useRuleCost(draft: Draft, ruleId: RuleId | undefined, known: Cost | null): Cost | null {
  const engine = useEngine();
  const { trigger, connection } = draft;
  const connectionId = useConnectionsStore((state) => state.connections.find(({ name }) => name === connection)?.id);
  const [found, setFound] = useState<{ readonly key: string; readonly cost: Cost } | null>(null);
  const input =
    trigger.type === 'newObject' && connectionId !== undefined && trigger.bucket.length >= 3 && known === null
      ? {
          connectionId,
          bucket: trigger.bucket,
          prefix: trigger.prefix,
          recursive: trigger.recursive,
          pollSeconds: trigger.pollSeconds,
          ...(ruleId === undefined ? {} : { ruleId }),
        }
      : null;
  const key = input === null ? null : JSON.stringify(input);
  useEffect(() => {
    if (key === null) return undefined;
    let left = false;
    const timer = setTimeout(() => {
      void engine.call('rules.cost', JSON.parse(key) as NonNullable<typeof input>).then((answer) => {
        if (!left && answer.ok) setFound({ key, cost: answer.value });
      });
    }, waitMs);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [engine, key]);
  return known ?? (found !== null && found.key === key ? found.cost : null);
}

/** What looking costs, in requests and at the list price, and with whom it is shared. */
export function RuleCost({ cost }: { readonly cost: Cost | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rules = useRulesStore((state) => state.rules);
  if (cost === null) return null;
  const { listRequestsPerMonth, objects, atLeast, sharedWith, error } = cost;
  if (error) return <p className={styles.cost}>{t('ruleCost.unknown', { reason: describeError(error).message })}</p>;
  const values = {
    count: listRequestsPerMonth,
    price: format.dollars((listRequestsPerMonth / 1000) * dollarsPerThousandLists),
  };
  const names = sharedWith.flatMap((id) => rules.find((rule) => rule.id === id)?.name ?? []);
  return (
    <p className={styles.cost} data-testid="cost">
      <Coins size={14} aria-hidden />
      <span>
        {t(atLeast ? 'ruleCost.atLeast' : 'ruleCost.about', values)} {t('ruleCost.objects', { count: objects })}{' '}
        {names.length === 0 ? null : t('ruleCost.shared', { names: format.list(names.slice(0, 3)) })}
      </span>
    </p>
  );
}
