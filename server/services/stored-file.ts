/** A file of an account on its way out: what it is, and how any part of it is read. */
export interface StoredFile {
  readonly bytes: number;
  readonly mime: string;
  /** What it is saved as; any characters. */
  readonly name: string;
  /** Changes when the bytes do. */
  readonly tag: string;
  /** The bytes from `begin` to before `end`. */
  read(begin: number, end: number): AsyncIterable<Uint8Array>;
}
