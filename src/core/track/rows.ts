/** Rows of numbers whose count is not known before the end, in one array that doubles as it fills. */
export class Rows {
  private readonly width: number;
  private values: Float32Array<ArrayBuffer>;
  private length: number;

  /** @param first rows to begin with; copied */
  constructor(width: number, first: Float32Array = new Float32Array(0)) {
    this.width = width;
    this.values = Float32Array.from(first);
    this.length = first.length;
  }

  get count(): number {
    return this.length / this.width;
  }

  push(row: ArrayLike<number>): void {
    const end = this.length + this.width;
    if (end > this.values.length) {
      const larger = new Float32Array(Math.max(64 * this.width, 2 * this.values.length));
      larger.set(this.values);
      this.values = larger;
    }
    this.values.set(row, this.length);
    this.length = end;
  }

  copy(): Float32Array<ArrayBuffer> {
    return this.values.slice(0, this.length);
  }
}
