import { storageType } from '@assay/rules';
import type { ColumnObservation, OddValue, PlannedColumn } from './define.ts';
import type { NativeColumn } from './native.ts';
import type { ValueTally } from './value-tally.ts';
import { encoderFor } from './values/column.ts';
import type { ColumnEncoder } from './values/encoder.ts';

/** A column's encoder with what was observed in the current block. */
export class PlannedEncoder {
  readonly encoder: ColumnEncoder;
  readonly number: number;
  readonly physicalName: string;
  absent = 0;
  type_errors = 0;
  odd: OddValue[] = [];
  misfits: ValueTally | null = null;

  readonly #type: string;

  constructor(column: PlannedColumn) {
    this.encoder = encoderFor(column);
    this.number = column.number;
    this.physicalName = `c_${String(column.number)}`;
    this.#type = storageType(column.type);
  }

  /** The column as a block takes it. */
  native(): NativeColumn {
    const { encoder } = this;
    return {
      name: this.physicalName,
      type: this.#type,
      byteLength: () => encoder.byteLength(),
      copyTo: (out, at) => encoder.copyTo(out, at),
    };
  }

  observation(): ColumnObservation {
    const { absent, type_errors, odd, misfits } = this;
    return { nulls: this.encoder.nulls - absent - type_errors, absent, type_errors, odd, misfits };
  }

  clear(): void {
    this.encoder.clear();
    this.absent = 0;
    this.type_errors = 0;
    this.odd = [];
    this.misfits = null;
  }
}
