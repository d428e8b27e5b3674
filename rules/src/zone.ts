import { didYouMean } from './nearest.ts';

/** @returns a sentence when the text names no time zone, with the zone that was most likely meant; else undefined. */
export function zoneProblem(text: string): string | undefined {
  if (isZone(text)) return undefined;
  const zones = Intl.supportedValuesOf('timeZone');
  const city = zones.find((zone) => zone.toLowerCase().endsWith(`/${text.toLowerCase().replace(/ /g, '_')}`));
  const near = city === undefined ? didYouMean(text, zones) : `, did you mean \`${city}\`?`;
  return `${JSON.stringify(text)} is not a time zone${near || '; write its name, such as Europe/Berlin or UTC'}`;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name !== '';
  } catch {
    return false;
  }
}
