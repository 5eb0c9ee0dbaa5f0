export type Combination = {
  readonly theme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
  /** 1.5: the page zoomed to 150 %, so that fewer CSS pixels fit. */
  readonly zoom: 1 | 1.5;
  readonly locale: 'en' | 'pseudo' | 'rtl';
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

/** Every pair of theme, size and variant is in one of them. */
export const combinations: readonly Combination[] = variants.flatMap((variant, column) =>
  sizes.map((size, row): Combination => ({ ...variant, ...size, theme: (row + column) % 2 === 0 ? 'light' : 'dark' })),
);

export function combinationName({ theme, width, height, zoom, locale }: Combination): string {
  return [theme, `${width}x${height}`, zoom === 1 ? null : '150', locale === 'en' ? null : locale]
    .filter((part) => part !== null)
    .join('-');
}
