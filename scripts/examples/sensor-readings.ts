import { momentOf, textFile, type FeedFile } from './feed.ts';
import { seeded, type Random } from './random.ts';

const devices = ['boiler-1', 'boiler-2', 'hall-north', 'hall-south'] as const;
const everyMinutes = 10;
const header = 'device,measured_at,temperature_c,humidity_pct,battery_v';

/** Two days of four devices as CSV with semicolons; on the second day a sensor sticks, one goes silent and one sends nonsense. */
export function sensorReadingsFeed(): FeedFile[] {
  const random = seeded(4_711);
  const good = readings('2026-11-10', random);
  const bad = readings('2026-11-11', random).flatMap((reading): Reading[] => {
    const hour = Number(reading.measured_at.slice(11, 13));
    if (reading.device === 'hall-south' && hour >= 9 && hour < 14) return [];
    if (reading.device === 'boiler-2' && hour >= 16) return [{ ...reading, temperature_c: '-127.0' }];
    if (reading.device === 'hall-north' && hour === 7) return [{ ...reading, humidity_pct: 'n/a' }];
    return [reading];
  });
  return [
    textFile('readings-2026-11-10.csv', [header, ...good.map(line)].map(semicolons)),
    textFile('readings-2026-11-11.csv', [header, ...bad.map(line), 'boiler-1,2026-11-11'].map(semicolons)),
  ];
}

interface Reading {
  readonly device: string;
  readonly measured_at: string;
  readonly temperature_c: string;
  readonly humidity_pct: string;
  readonly battery_v: string;
}

function readings(day: string, random: Random): Reading[] {
  const moments = Array.from({ length: 1_440 / everyMinutes }, (_, place) => place * everyMinutes);
  return moments.flatMap((minutes) =>
    devices.map((device) => ({
      device,
      measured_at: momentOf(day, minutes),
      temperature_c: (device.startsWith('boiler') ? 61 + random.unit() * 4 : 19 + random.unit() * 3).toFixed(1),
      humidity_pct: (38 + random.unit() * 9).toFixed(0),
      battery_v: (3.1 + random.unit() * 0.2).toFixed(2),
    })),
  );
}

function line(reading: Reading): string {
  return [reading.device, reading.measured_at, reading.temperature_c, reading.humidity_pct, reading.battery_v].join(
    ',',
  );
}

function semicolons(text: string): string {
  return text.replaceAll(',', ';');
}
