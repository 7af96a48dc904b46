/**
 * Rotations in three dimensions as matrices, row-major, where a camera sees x to its right, y down and z away from it.
 */

/** Yaw carries what is in front to the right, pitch down, roll the top to the right; in this order, a tilt last. Radians. */
export function rotationOfTurns(yaw: number, pitch: number, roll: number): Float64Array<ArrayBuffer> {
  const [cy, sy] = [Math.cos(yaw), Math.sin(yaw)];
  const [cp, sp] = [Math.cos(pitch), Math.sin(pitch)];
  const [cr, sr] = [Math.cos(roll), Math.sin(roll)];
  // Ry: x' = x·c − z·s, z' = x·s + z·c. Rx: y' = y·c − z·s, z' = y·s + z·c. Rz: x' = x·c − y·s, y' = x·s + y·c.
  const [x, y, z] = [
    [cy, 0, -sy],
    [-sp * sy, cp, -sp * cy],
    [cp * sy, sp, cp * cy],
  ] as const;
  return Float64Array.from([
    ...[0, 1, 2].map((k) => cr * x[k]! - sr * y[k]!),
    ...[0, 1, 2].map((k) => sr * x[k]! + cr * y[k]!),
    ...z,
  ]);
}

/** Of a unit quaternion. */
export function rotationOfQuaternion(w: number, x: number, y: number, z: number): Float64Array<ArrayBuffer> {
  // prettier-ignore
  return Float64Array.of(
    w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y),
    2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x),
    2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z,
  );
}

/** A mean of near rotations made one again: rows orthonormal, the first keeping its direction. Changed in place. */
export function makeRotation(r: Float64Array): void {
  const x = unitVector([r[0]!, r[1]!, r[2]!]);
  const along = x[0]! * r[3]! + x[1]! * r[4]! + x[2]! * r[5]!;
  const y = unitVector([3, 4, 5].map((k) => r[k]! - along * x[k - 3]!));
  r.set([...x, ...y, ...crossed(x, y)]);
}

export function unitVector(v: readonly number[]): number[] {
  const length = Math.hypot(...v) || 1;
  return v.map((c) => c / length);
}

export function crossed(a: readonly number[], b: readonly number[]): number[] {
  return [a[1]! * b[2]! - a[2]! * b[1]!, a[2]! * b[0]! - a[0]! * b[2]!, a[0]! * b[1]! - a[1]! * b[0]!];
}
