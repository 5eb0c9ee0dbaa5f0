import { toMarkdown } from './markdown-table.ts';

/** Pure: what was measured becomes medians, ratios and a table. */

export type Measurement =
  | { readonly outcome: 'done'; readonly wallSeconds: number; readonly cpuSeconds: number; readonly peakMiB: number }
  /** `late`: killed at the time limit. `wrong`: it said it was done and what it left behind is something else. */
  | { readonly outcome: 'late' | 'failed' | 'wrong'; readonly why: string };

export type Pair = { readonly ours: Measurement; readonly peer: Measurement | undefined };

/** All runs of one row over one protocol beside one peer, in the order in which they ran. */
export type Comparison = {
  readonly row: string;
  readonly protocol: string;
  /** null: no peer on this machine can do this row. */
  readonly peer: string | null;
  readonly pairs: readonly Pair[];
};

export type Figures = { readonly wallSeconds: number; readonly cpuSeconds: number; readonly peakMiB: number };

export type Summary = {
  readonly row: string;
  readonly protocol: string;
  readonly peer: string | null;
  /** Medians over the runs that ended well; null when none did. */
  readonly ours: Figures | null;
  readonly theirs: Figures | null;
  /** Medians of ours / peer within each pair where both ended well. */
  readonly ratios: Figures | null;
  /** What did not end well, in words. */
  readonly notes: readonly string[];
};

/** The middle value, or the mean of the two in the middle; undefined of nothing. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

function medianFigures(runs: readonly Figures[]): Figures | null {
  const wallSeconds = median(runs.map((run) => run.wallSeconds));
  const cpuSeconds = median(runs.map((run) => run.cpuSeconds));
  const peakMiB = median(runs.map((run) => run.peakMiB));
  return wallSeconds === undefined || cpuSeconds === undefined || peakMiB === undefined
    ? null
    : { wallSeconds, cpuSeconds, peakMiB };
}

const done = (run: Measurement | undefined): Figures[] => (run?.outcome === 'done' ? [run] : []);

function ratiosOf({ ours, peer }: Pair): Figures[] {
  if (ours.outcome !== 'done' || peer?.outcome !== 'done') return [];
  return [
    {
      wallSeconds: ours.wallSeconds / peer.wallSeconds,
      cpuSeconds: ours.cpuSeconds / peer.cpuSeconds,
      peakMiB: ours.peakMiB / peer.peakMiB,
    },
  ];
}

function notesOf(who: string, runs: readonly (Measurement | undefined)[]): string[] {
  const words = runs.flatMap((run) =>
    run === undefined || run.outcome === 'done' ? [] : [`${run.outcome}: ${run.why}`],
  );
  return [...new Set(words)].map((word) => {
    const times = words.filter((other) => other === word).length;
    return `${who} ${word} (${times} of ${runs.length})`;
  });
}

export function summarise({ row, protocol, peer, pairs }: Comparison): Summary {
  return {
    row,
    protocol,
    peer,
    ours: medianFigures(pairs.flatMap((pair) => done(pair.ours))),
    theirs: medianFigures(pairs.flatMap((pair) => done(pair.peer))),
    ratios: medianFigures(pairs.flatMap(ratiosOf)),
    notes: [
      ...notesOf(
        'brigade',
        pairs.map(({ ours }) => ours),
      ),
      ...notesOf(
        peer ?? 'peer',
        pairs.map((pair) => pair.peer),
      ),
    ],
  };
}

const headings = ['row', 'over', 'peer', 'wall ×', 'CPU ×', 'memory ×', 'wall s', 'CPU s', 'peak MiB', 'notes'];

const both = (ours: number | undefined, theirs: number | undefined, digits: number) =>
  `${ours?.toFixed(digits) ?? '–'} / ${theirs?.toFixed(digits) ?? '–'}`;

/** A Markdown table; ratios are ours / peer, and where two figures stand in a cell ours is the first. */
export function renderTable(summaries: readonly Summary[]): string {
  const lines = summaries.map(({ row, protocol, peer, ours, theirs, ratios, notes }) => [
    row,
    protocol,
    peer ?? 'none',
    ratios?.wallSeconds.toFixed(2) ?? '–',
    ratios?.cpuSeconds.toFixed(2) ?? '–',
    ratios?.peakMiB.toFixed(2) ?? '–',
    both(ours?.wallSeconds, theirs?.wallSeconds, 2),
    both(ours?.cpuSeconds, theirs?.cpuSeconds, 2),
    both(ours?.peakMiB, theirs?.peakMiB, 0),
    notes.join('; '),
  ]);
  return toMarkdown(headings, lines);
}
