import type { InspectedColumn } from './messages.ts';

export interface ParquetFinding {
  readonly code: 'binary_column' | 'empty_or_null' | 'null_key';
  /** One sentence for people. */
  readonly finding: string;
}

/** What a person should know of how a column was read. */
export function parquetFindings(column: InspectedColumn): ParquetFinding[] {
  const { name, hex_values, unknown_nulls, untold_nulls, null_keys } = column;
  const findings: ParquetFinding[] = [];
  if (hex_values > 0) {
    const finding = `Column ${name}: ${hex_values} of its values are no UTF-8 text; all are kept as hexadecimal.`;
    findings.push({ code: 'binary_column', finding });
  }
  if (unknown_nulls) {
    const finding = `Column ${name}: the file tells null lists, maps and structs from empty ones in a way Assay cannot read; those that are null were read as empty.`;
    findings.push({ code: 'empty_or_null', finding });
  }
  if (untold_nulls > 0) {
    const finding = `Column ${name}: ${untold_nulls} of its lists, maps and structs are null in the file; they were read as empty, because to remember where they are takes more than the limit scratch_bytes_max of Parquet files.`;
    findings.push({ code: 'empty_or_null', finding });
  }
  if (null_keys > 0) {
    const finding = `Column ${name}: ${null_keys} keys of its maps are null, which JSON cannot say; its maps are kept as lists of entries with key and value.`;
    findings.push({ code: 'null_key', finding });
  }
  return findings;
}
