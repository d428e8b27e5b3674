/** Copies bytes that were written before; they may reach into what is being written, and then repeat. */
export function repeat(out: Uint8Array, { from, to, length }: { from: number; to: number; length: number }): void {
  if (from + length <= to) out.copyWithin(to, from, from + length);
  else for (let place = 0; place < length; place++) out[to + place] = out[from + place] ?? 0;
}
