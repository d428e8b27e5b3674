import type { Random } from '../examples/random.ts';

/** A file of readings, and what is wrong with it. */
export interface SimulatedFile {
  readonly name: string;
  readonly text: string;
  readonly fault: string | null;
}

interface Reading {
  device: string;
  measured_at: string;
  temperature_c: number | null;
  battery_v: number;
}

const faults: Readonly<Record<string, (readings: Reading[], random: Random) => string[]>> = {
  'null surge': (readings, random) =>
    readings.map((reading) => JSON.stringify(random.chance(0.4) ? { ...reading, temperature_c: null } : reading)),
  'broken lines': (readings, random) =>
    readings.map((reading) => {
      const line = JSON.stringify(reading);
      return random.chance(0.05) ? line.slice(0, 40) : line;
    }),
  duplicates: (readings) => [...readings, ...readings.slice(0, 20)].map((reading) => JSON.stringify(reading)),
  'out of range': (readings, random) =>
    readings.map((reading) => JSON.stringify(random.chance(0.1) ? { ...reading, temperature_c: -127 } : reading)),
};

export const faultNames = Object.keys(faults);

/** @param at milliseconds since the Unix epoch: the moment of the newest reading */
export function simulatedFile(
  random: Random,
  { rows, faulty, at }: { rows: number; faulty: boolean; at: number },
): SimulatedFile {
  const readings = Array.from({ length: rows }, (_, row): Reading => ({
    device: `device-${String(row % 20)}`,
    measured_at: new Date(at - (rows - row) * 1_000).toISOString(),
    temperature_c: Math.round((20 + random.unit() * 5) * 10) / 10,
    battery_v: Math.round((3.1 + random.unit() * 0.3) * 100) / 100,
  }));
  const name = `readings-${new Date(at).toISOString().replaceAll(':', '')}.jsonl`;
  const [fault, spoil] = Object.entries(faults)[random.between(0, faultNames.length - 1)] ?? [];
  const lines =
    faulty && spoil !== undefined ? spoil(readings, random) : readings.map((reading) => JSON.stringify(reading));
  return { name, text: `${lines.join('\n')}\n`, fault: faulty ? (fault ?? null) : null };
}

/** The source that simulated files go to, with the rules that find their faults. */
export function simulatedSource(source: string): string {
  return `source: ${source}
event_time: measured_at
key: [device, measured_at]
columns:
  device: { type: String }
  measured_at: { type: DateTime64(3) }
  temperature_c: { type: 'Decimal(5, 1)' }
  battery_v: { type: 'Decimal(4, 2)' }
rules:
  - { id: temperature-present, not_null: { column: temperature_c }, fail: { share: '> 5%' }, severity: high }
  - { id: temperature-plausible, range: { column: temperature_c, min: -40, max: 60 }, evidence: [temperature_c] }
  - { id: one-reading-per-moment, unique: { columns: [device, measured_at] } }
  - { id: few-broken-lines, reject_share: {}, fail: { share: '> 1%' } }
  - { id: fresh, freshness: { column: measured_at }, fail: { value: '> 1 hour' } }
`;
}
