import styles from './feedback.module.css';

type Props = { readonly values: readonly number[]; readonly slots: number };

const width = 96;
const height = 18;

/** The course of the newest `slots` values, newest at the end, scaled to their maximum. Decoration: the number stands beside it. */
export function Sparkline({ values, slots }: Props) {
  const points = sparkPoints(values.slice(-slots), slots);
  return (
    <svg className={styles.sparkline} viewBox={`0 0 ${width} ${height}`} aria-hidden>
      {points.length < 2 ? null : (
        <>
          <path d={`M${points.join('L')}V${height}H${points[0]?.split(',')[0]}Z`} className={styles.sparkFill} />
          <path d={`M${points.join('L')}`} className={styles.sparkLine} />
        </>
      )}
    </svg>
  );
}

/** Pure. `x,y` of each value, the last one at the end of the line. */
function sparkPoints(values: readonly number[], slots: number): string[] {
  const highest = Math.max(...values, 1);
  return values.map((value, index) => {
    const x = width - ((values.length - 1 - index) * width) / Math.max(1, slots - 1);
    const y = height - 1.5 - (Math.max(0, value) / highest) * (height - 3);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
}
