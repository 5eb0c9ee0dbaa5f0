import { useFormat } from './use-format.ts';

type Format = ReturnType<typeof useFormat>;

/** A moment, short and relative; the exact one on hover. */
export function Time({ ms }: { readonly ms: number }) {
  return <TimeIn ms={ms} format={useFormat()} />;
}

/** The same where there are very many: without a hook in each. */
export function TimeIn({ ms, format }: { readonly ms: number; readonly format: Format }) {
  return (
    <time dateTime={new Date(ms).toISOString()} title={format.exactDate(ms)}>
      <bdi>{format.date(ms)}</bdi>
    </time>
  );
}
