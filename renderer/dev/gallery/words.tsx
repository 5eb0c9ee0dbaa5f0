import { DescriptionList } from '../../ui/description-list/description-list.tsx';
import { Time } from '../../words/time.tsx';
import { useFormat } from '../../words/use-format.ts';
import { Case, Section } from './frame.tsx';
import { useSay } from './say.ts';

const hourMs = 3_600_000;
const nowMs = Date.now();

export function Words() {
  const say = useSay();
  const format = useFormat();
  const ages = [0, 26 * hourMs, 4 * 24 * hourMs, 40 * 24 * hourMs, 500 * 24 * hourMs];
  return (
    <Section title="Words">
      <Case name="Dates, the exact one on hover">
        <DescriptionList
          items={ages.map((age) => ({ term: format.duration(age / 1000), value: <Time ms={nowMs - age} /> }))}
        />
      </Case>
      <Case name="Sizes, speeds, numbers, lists">
        <DescriptionList
          items={[
            { term: say('Sizes'), value: [1, 999, 1500, 123_456_789, 4.2e12].map(format.bytes).join(' · ') },
            { term: say('Speed'), value: format.speed(212_000_000) },
            { term: say('Number'), value: format.number(1_234_567) },
            { term: say('Part'), value: format.percent(0.42) },
            { term: say('List'), value: format.list(['a.txt', 'b.txt', 'c.txt']) },
          ]}
        />
      </Case>
    </Section>
  );
}
