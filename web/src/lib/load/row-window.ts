/** The rows that are visible in a scrolled list, and where they lie. */
export interface RowWindow {
  /** Height of the whole list in pixels. */
  readonly height: number;
  readonly first: number;
  readonly count: number;
  /** Where the first visible row is drawn, in pixels from the top of the list. */
  readonly top: number;
}

/** Browsers cannot make elements of any height; beyond this one the scroll position stands for a share of the rows. */
const tallest = 12_000_000;

interface Scroll {
  readonly scrollTop: number;
  readonly viewport: number;
  readonly total: number;
  readonly rowHeight: number;
}

/** Works out which rows to draw; any number of rows can be reached. All lengths in pixels. */
export function rowWindow({ scrollTop, viewport, total, rowHeight }: Scroll): RowWindow {
  const real = total * rowHeight;
  const height = Math.min(real, tallest);
  const shown = Math.ceil(viewport / rowHeight) + 1;
  const reach = Math.max(1, height - viewport);
  const share = Math.min(1, Math.max(0, scrollTop / reach));
  const offset = share * Math.max(0, real - viewport);
  const first = Math.min(Math.floor(offset / rowHeight), Math.max(0, total - shown));
  return {
    height,
    first,
    count: Math.min(shown, total - first),
    top: Math.max(0, Math.min(scrollTop - (offset - first * rowHeight), height - Math.min(shown, total) * rowHeight)),
  };
}
