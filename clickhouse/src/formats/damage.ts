/** The bytes cannot be followed past a point of the file as stored: truncated, a wrong checksum, foreign bytes. */
export class Damage extends Error {
  /** Offset in the stored (compressed) file. */
  readonly at_byte: number;

  constructor(message: string, at_byte: number, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Damage';
    this.at_byte = at_byte;
  }
}
