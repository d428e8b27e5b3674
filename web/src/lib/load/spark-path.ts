/** An SVG path through values from 0 (bottom) to `top`; it is lifted over holes and never joins across them. */
export function sparkPath(
  values: readonly (number | null)[],
  { width, height, top }: { readonly width: number; readonly height: number; readonly top: number },
): string {
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  let down = false;
  const parts: string[] = [];
  values.forEach((value, index) => {
    if (value === null) {
      down = false;
      return;
    }
    const place = `${(index * step).toFixed(1)} ${(height - 1 - (value / top) * (height - 2)).toFixed(1)}`;
    parts.push(down ? `L${place}` : `M${place}h0.1`);
    down = true;
  });
  return parts.join('');
}
