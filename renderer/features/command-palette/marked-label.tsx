import { Fragment } from 'react';
import styles from './command-palette.module.css';

/** A label with the letters that were found in bold. */
export function MarkedLabel({ text, found }: { readonly text: string; readonly found: readonly number[] }) {
  const hits = new Set(found);
  const runs: { text: string; hit: boolean; at: number }[] = [];
  for (const [at, letter] of Array.from(text).entries()) {
    const last = runs.at(-1);
    if (last && last.hit === hits.has(at)) last.text += letter;
    else runs.push({ text: letter, hit: hits.has(at), at });
  }
  return runs.map((run) =>
    run.hit ? (
      <b key={run.at} className={styles.hit}>
        {run.text}
      </b>
    ) : (
      <Fragment key={run.at}>{run.text}</Fragment>
    ),
  );
}
