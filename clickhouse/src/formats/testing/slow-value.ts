import type { ColumnType } from '@assay/rules';

/**
 * What a value written as JSON text is worth in a column of a type, with plain means: regular expressions, BigInt, JSON.parse and Date.
 * Gives the text `decodeNative` shows, or undefined when the value does not fit. `raw` is no `null`.
 */
export function slowValue(type: ColumnType, raw: string): string | undefined {
  switch (type.kind) {
    case 'string':
      return raw.startsWith('"') ? String(JSON.parse(raw)) : undefined;
    case 'json':
      return raw;
    case 'bool':
      return raw === 'true' || raw === 'false' ? raw : undefined;
    case 'int': {
      if (!/^-?(0|[1-9]\d*)$/.test(raw) || raw === '-0') return undefined;
      const value = BigInt(raw);
      const kept = type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value);
      return kept === value ? String(value) : undefined;
    }
    case 'decimal':
      return slowDecimal(raw, type.precision, type.scale);
    case 'float':
      return slowFloat(raw, type.bits);
    case 'date': {
      const day = raw.startsWith('"') ? slowDay(String(JSON.parse(raw))) : undefined;
      return day === undefined || day < -25567n || day > 120529n ? undefined : String(day);
    }
    case 'timestamp':
      return raw.startsWith('"') ? slowTimestamp(String(JSON.parse(raw)), type.precision) : undefined;
  }
}

function slowDecimal(raw: string, precision: number, scale: number): string | undefined {
  const match = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/.exec(raw);
  if (match === null || (match[1] === '-' && /^[-0.]+$/.test(raw))) return undefined;
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > scale) return undefined;
  const unscaled = BigInt(`${match[1] ?? ''}${match[2] ?? ''}${fraction.padEnd(scale, '0')}`);
  const limit = 10n ** BigInt(precision);
  return unscaled > -limit && unscaled < limit ? String(unscaled) : undefined;
}

function slowFloat(raw: string, bits: 32 | 64): string | undefined {
  if (!/^-?\d/.test(raw)) return undefined;
  const value = bits === 64 ? Number(raw) : Math.fround(Number(raw));
  if (!Number.isFinite(value)) return undefined;
  if (value === 0 && /[1-9]/.test(raw.replace(/[eE].*/, ''))) return undefined;
  if (/^-?[1-9]\d*$/.test(raw) && BigInt(value) !== BigInt(raw)) return undefined;
  return Object.is(value, -0) ? '-0' : String(value);
}

function slowDay(text: string): bigint | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return date.toISOString().slice(0, 10) === text ? BigInt(date.getTime()) / 86_400_000n : undefined;
}

function slowTimestamp(text: string, precision: number): string | undefined {
  const match = /^(.{10})[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  const day = slowDay(match?.[1] ?? '');
  if (match === null || day === undefined) return undefined;
  const [hour, minute, second] = [match[2], match[3], match[4]].map(Number);
  if (hour === undefined || minute === undefined || second === undefined || hour > 23 || minute > 59 || second > 59)
    return undefined;
  let seconds = day * 86_400n + BigInt(hour * 3600 + minute * 60 + second);
  const zone = /^([+-])(\d\d):?(\d\d)$/.exec(match[6] ?? '');
  if (zone !== null) {
    const [hours, minutes] = [Number(zone[2]), Number(zone[3])];
    if (hours > 23 || minutes > 59) return undefined;
    seconds -= BigInt(zone[1] === '+' ? 1 : -1) * BigInt(hours * 3600 + minutes * 60);
  }
  const fraction = (match[5] ?? '').replace(/0+$/, '');
  const last = precision === 9 ? 9_223_372_035n : 120_530n * 86_400n - 1n;
  if (fraction.length > precision || seconds < -25_567n * 86_400n || seconds > last) return undefined;
  return String(seconds * 10n ** BigInt(precision) + BigInt(fraction.padEnd(precision, '0') || '0'));
}
