import { useFormat } from './use-format.ts';

/** A moment, short and relative; the exact one on hover. */
export function Time({ ms }: { readonly ms: number }) {
  const format = useFormat();
  return (
    <time dateTime={new Date(ms).toISOString()} title={format.exactDate(ms)}>
      <bdi>{format.date(ms)}</bdi>
    </time>
  );
}
