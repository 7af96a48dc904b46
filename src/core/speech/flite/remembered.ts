/** A map that forgets what was used longest ago once the sizes of its values pass a limit. */
export class Remembered<Value> {
  readonly #limit: number;
  readonly #sizeOf: (value: Value) => number;
  readonly #values = new Map<string, Value>();
  #size = 0;

  constructor(limit: number, sizeOf: (value: Value) => number) {
    this.#limit = limit;
    this.#sizeOf = sizeOf;
  }

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    // A Map keeps insertion order: taken out and put back, it is the youngest.
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    const old = this.#values.get(key);
    if (old !== undefined) {
      this.#size -= this.#sizeOf(old);
      this.#values.delete(key);
    }
    this.#values.set(key, value);
    this.#size += this.#sizeOf(value);
    for (const [oldest, dropped] of this.#values) {
      if (this.#size <= this.#limit || oldest === key) break;
      this.#values.delete(oldest);
      this.#size -= this.#sizeOf(dropped);
    }
  }
}
