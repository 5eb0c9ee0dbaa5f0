export type Combination = {
  readonly theme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
  /** 1.5: the page zoomed to 150 %, so that fewer CSS pixels fit. */
  readonly zoom: 1 | 1.5;
  readonly locale: 'en' | 'pseudo' | 'rtl';
  /**
   * Whether `npm test` looks at it: both themes, the panes beside the list and over it, long words, the other direction.
   */
  readonly essential: boolean;
  /** Whether axe looks at it: most of a state's time is spent there, and what it finds rarely depends on the size. */
  readonly withAxe: boolean;
};

const sizes = [
  { width: 1280, height: 800 },
  { width: 800, height: 600 },
  { width: 1920, height: 1080 },
] as const;
const variants = [
  { zoom: 1, locale: 'en' },
  { zoom: 1.5, locale: 'en' },
  { zoom: 1, locale: 'pseudo' },
  { zoom: 1, locale: 'rtl' },
] as const;

const essential: ReadonlySet<string> = new Set([
  'light-1280x800',
  'light-800x600-150',
  'dark-800x600-pseudo',
  'dark-1280x800-rtl',
]);

const withAxe: ReadonlySet<string> = new Set(['light-1280x800', 'dark-800x600-pseudo', 'dark-1280x800-rtl']);

/** Every pair of theme, size and variant is in one of them. */
export const combinations: readonly Combination[] = variants.flatMap((variant, column) =>
  sizes.map((size, row): Combination => {
    const screen = { ...variant, ...size, theme: (row + column) % 2 === 0 ? ('light' as const) : ('dark' as const) };
    const name = combinationName(screen);
    return { ...screen, essential: essential.has(name), withAxe: withAxe.has(name) };
  }),
);

export function combinationName({
  theme,
  width,
  height,
  zoom,
  locale,
}: Omit<Combination, 'essential' | 'withAxe'>): string {
  return [theme, `${width}x${height}`, zoom === 1 ? null : '150', locale === 'en' ? null : locale]
    .filter((part) => part !== null)
    .join('-');
}
