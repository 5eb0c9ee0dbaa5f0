import { Coins } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandInput, CommandOutput } from '../../../shared/contract/commands.ts';
import { listRequestsPerMonth, objectsPerList, sharesListing } from '../../../shared/domain/poll-cost.ts';
import type { RuleView } from '../../../shared/domain/rule.ts';
import type { NewObjectTrigger } from '../../../shared/domain/rule-trigger.ts';
import { describeError } from '../../../shared/words/describe-error.ts';
import { useEngine } from '../../bridge/engine-context.ts';
import { useConnectionsStore } from '../../stores/connections-store.ts';
import type { Draft } from '../../stores/rule-draft.ts';
import { useRulesStore } from '../../stores/rules-store.ts';
import { useFormat } from '../../words/use-format.ts';
import styles from './automation.module.css';
import type { RuleTest } from './use-rule-test.ts';

type Cost = CommandOutput<'rules.cost'>;
/** Of Amazon S3 Standard in most regions, in US dollars for 1,000 LIST requests. */
export const dollarsPerThousandLists = 0.005;

const waitMs = 400;

type Asked = {
  readonly draft: Draft;
  /** The saved one that is being changed. */
  readonly rule?: RuleView;
  /** What the draft would do now: it has looked at the place already. */
  readonly test: RuleTest;
};

/**
 * What looking would cost; null: it costs nothing, or nobody knows yet. A place is listed for it once, and only where nothing
 * else has looked at it.
 */
export function useRuleCost({ draft, rule, test }: Asked): Cost | null {
  const engine = useEngine();
  const { trigger, connection } = draft;
  const connectionId = useConnectionsStore((state) => state.connections.find(({ name }) => name === connection)?.id);
  const rules = useRulesStore((state) => state.rules);
  const [found, setFound] = useState<{ readonly key: string; readonly cost: Cost } | null>(null);
  const isBucket = trigger.type === 'newObject' && connectionId !== undefined && trigger.bucket.length >= 3;
  const known = isBucket
    ? (costOfRule(trigger, connectionId, rule) ?? costOfTest(trigger, connectionId, rule, test, rules))
    : null;
  const key =
    isBucket && known === null && !test.asking
      ? JSON.stringify({
          connectionId,
          bucket: trigger.bucket,
          prefix: trigger.prefix,
          recursive: trigger.recursive,
          ...(rule === undefined ? {} : { ruleId: rule.id }),
        })
      : null;
  const isFound = key !== null && found?.key === key;
  useEffect(() => {
    if (key === null || isFound) return undefined;
    let left = false;
    const timer = setTimeout(() => {
      const place = JSON.parse(key) as Omit<CommandInput<'rules.cost'>, 'pollSeconds'>;
      void engine.call('rules.cost', { ...place, pollSeconds: askedSeconds }).then((answer) => {
        if (!left && answer.ok) setFound({ key, cost: answer.value });
      });
    }, waitMs);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [engine, key, isFound]);
  if (known !== null) return known;
  if (!isFound || trigger.type !== 'newObject') return null;
  // Another interval needs no other look.
  const { cost } = found;
  return {
    ...cost,
    listRequestsPerMonth: Math.round((cost.listRequestsPerMonth * askedSeconds) / trigger.pollSeconds),
  };
}

/** Any will do: with every other interval there are so many times as many. */
const askedSeconds = 5;

/** Pure. What the rule itself knows, where it looks at the same as often. */
export function costOfRule(trigger: NewObjectTrigger, connectionId: string, rule: RuleView | undefined): Cost | null {
  if (rule?.cost === undefined || rule.cost.objects === null || rule.trigger.type !== 'newObject') return null;
  const placeOf = ({ bucket, prefix, recursive, pollSeconds }: NewObjectTrigger) =>
    JSON.stringify([bucket, prefix, recursive, pollSeconds]);
  if (rule.connectionId !== connectionId || placeOf(rule.trigger) !== placeOf(trigger)) return null;
  const { listRequestsPerMonth: count, objects, sharedWith } = rule.cost;
  return { listRequestsPerMonth: count, objects, sharedWith, atLeast: false };
}

/** Pure. What can be told from having looked at all that is there. */
export function costOfTest(
  trigger: NewObjectTrigger,
  connectionId: string,
  rule: RuleView | undefined,
  { asking, trials }: RuleTest,
  rules: readonly RuleView[],
): Cost | null {
  if (asking || trials?.complete !== true) return null;
  const sharedWith = rules.filter(
    (one) =>
      one.id !== rule?.id &&
      one.enabled &&
      one.connectionId === connectionId &&
      one.trigger.type === 'newObject' &&
      sharesListing(one.trigger, trigger),
  );
  const requests = Math.ceil(trials.looked / objectsPerList);
  return {
    listRequestsPerMonth: listRequestsPerMonth(requests, trigger.pollSeconds),
    objects: trials.looked,
    sharedWith: sharedWith.map(({ id }) => id),
    atLeast: false,
  };
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
