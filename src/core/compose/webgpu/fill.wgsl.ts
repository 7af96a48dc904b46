/** The whole frame in one paint: a colour, or a linear or radial gradient mixed in straight alpha as canvases mix it. */

/** Colours a gradient may name; one with more is rasterised instead. */
export const MAX_STOPS = 16;

export const FILL_SHADER = /* wgsl */ `
struct Fill {
  // Output pixel → the paint's own plane: x' = a·x + c·y + e, y' = b·x + d·y + f.
  abcd: vec4f,
  ef: vec2f,
  kind: f32,      // 0 solid, 1 linear, 2 radial
  opacity: f32,
  ends: vec4f,    // linear: from, to. radial: center, radius
  count: f32,
  colors: array<vec4f, ${MAX_STOPS}>,
  stops: array<vec4f, ${MAX_STOPS / 4}>,
};
@group(0) @binding(0) var<uniform> fill: Fill;

@vertex fn corner(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

fn stopAt(i: u32) -> f32 { return fill.stops[i / 4u][i % 4u]; }

fn along(at: vec2f) -> f32 {
  let p = vec2f(dot(fill.abcd.xz, at), dot(fill.abcd.yw, at)) + fill.ef;
  if (fill.kind == 2.0) { return distance(p, fill.ends.xy) / fill.ends.z; }
  let way = fill.ends.zw - fill.ends.xy;
  return dot(p - fill.ends.xy, way) / dot(way, way);
}

fn gradient(t: f32) -> vec4f {
  let count = u32(fill.count);
  if (t <= stopAt(0u)) { return fill.colors[0]; }
  for (var i = 1u; i < count; i++) {
    if (t < stopAt(i)) {
      let before = stopAt(i - 1u);
      return mix(fill.colors[i - 1u], fill.colors[i], (t - before) / (stopAt(i) - before));
    }
  }
  return fill.colors[count - 1u];
}

@fragment fn paint(@builtin(position) position: vec4f) -> @location(0) vec4f {
  var color = fill.colors[0];
  if (fill.kind > 0.0) { color = gradient(along(position.xy)); }
  let alpha = color.a * fill.opacity;
  return vec4f(color.rgb * alpha, alpha);
}
`;
