import { formatDuration } from './format.ts';

const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
const moment = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const shortMoment = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'narrow' });

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** `3m ago`, `in 2h`, `just now`. @param now milliseconds since the Unix epoch */
export function formatRelative(timestamp: string, now: number): string {
  const seconds = Math.round((Date.parse(timestamp) - now) / 1000);
  if (Math.abs(seconds) < 5) return 'just now';
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / size), unit);
}

/** The moment with the reader's zone spelled out: `20 Nov 2026, 14:32:07 Europe/Berlin`. */
export function formatMoment(timestamp: string): string {
  return `${moment.format(new Date(timestamp))} ${zone}`;
}

/** `20 Nov, 14:32` in the reader's zone. */
export function formatShortMoment(timestamp: string): string {
  return shortMoment.format(new Date(timestamp));
}

/** `2026-11-20`, the day in UTC, as everything says that expires. */
export function dayOf(timestamp: string): string {
  return timestamp.slice(0, 10);
}

/** `14:32:07` in the reader's zone. */
export function formatClock(timestamp: string): string {
  return clock.format(new Date(timestamp));
}

/** Time left as `6:12` or `1:02:03`; `0:00` once it has passed. @param now milliseconds since the Unix epoch */
export function formatCountdown(timestamp: string, now: number): string {
  const total = Math.max(0, Math.ceil((Date.parse(timestamp) - now) / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}

const intervals: ReadonlyMap<number, string> = new Map([
  [1, 'second'],
  [60, 'minute'],
  [3_600, 'hour'],
  [86_400, 'day'],
  [604_800, 'week'],
]);

/** What comes after "per": `hour`, `15 min`. @param seconds the length of an interval of a chart */
export function formatInterval(seconds: number): string {
  return intervals.get(seconds) ?? formatDuration(seconds * 1000).replace('.0 ', ' ');
}
