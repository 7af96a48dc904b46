/**
 * A picture on a rectangle of the output, its edges softened where they fall between pixels. Three ways to read it,
 * those of a canvas at high quality: texel for pixel; a mip pyramid where the picture shrinks; where it grows, the
 * bicubic filter of Mitchell and Netravali ("Reconstruction filters in computer graphics", 1988).
 */

export const READ_EXACT = 0;
export const READ_MIPMAPS = 1;
export const READ_CUBIC = 2;

export const QUAD_SHADER = /* wgsl */ `
struct Quad {
  frame: vec2f,   // output size, pixels
  opacity: f32,
  way: f32,       // how to read
  dest: vec4f,    // x, y, width, height in output pixels
  part: vec4f,    // x, y, width, height in texels
  lod: f32,
};
@group(0) @binding(0) var<uniform> quad: Quad;
@group(1) @binding(0) var picture: texture_2d<f32>;
@group(1) @binding(1) var smoothly: sampler;

@vertex fn corner(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  let at = vec2f(f32(index & 1u), f32(index >> 1u));
  // A pixel wider than the rectangle: its soft edge may reach there.
  let p = mix(quad.dest.xy - 1.0, quad.dest.xy + quad.dest.zw + 1.0, at);
  return vec4f((p / quad.frame * 2.0 - 1.0) * vec2f(1.0, -1.0), 0.0, 1.0);
}

fn mitchell(x: f32) -> f32 {
  let a = abs(x);
  if (a < 1.0) { return ((7.0 * a - 12.0) * a * a + 16.0 / 3.0) / 6.0; }
  if (a < 2.0) { return (((-7.0 / 3.0 * a + 12.0) * a - 20.0) * a + 32.0 / 3.0) / 6.0; }
  return 0.0;
}

fn cubic(at: vec2f) -> vec4f {
  let first = vec2i(floor(quad.part.xy));
  let last = max(vec2i(ceil(quad.part.xy + quad.part.zw)) - 1, first);
  let base = floor(at - 0.5);
  let offset = at - 0.5 - base;
  var sum = vec4f(0.0);
  for (var j = -1; j <= 2; j++) {
    var row = vec4f(0.0);
    for (var i = -1; i <= 2; i++) {
      let texel = clamp(vec2i(base) + vec2i(i, j), first, last);
      row += textureLoad(picture, texel, 0) * mitchell(f32(i) - offset.x);
    }
    sum += row * mitchell(f32(j) - offset.y);
  }
  // The filter overshoots at sharp edges; a colour cannot be brighter than its own alpha.
  let alpha = clamp(sum.a, 0.0, 1.0);
  return vec4f(clamp(sum.rgb, vec3f(0.0), vec3f(alpha)), alpha);
}

@fragment fn paint(@builtin(position) position: vec4f) -> @location(0) vec4f {
  let at = position.xy;
  let end = quad.dest.xy + quad.dest.zw;
  let covered = max(min(at + 0.5, end) - max(at - 0.5, quad.dest.xy), vec2f(0.0));
  let texels = quad.part.xy + (at - quad.dest.xy) * quad.part.zw / quad.dest.zw;
  var color: vec4f;
  if (quad.way == ${READ_EXACT}.0) {
    color = textureLoad(picture, vec2i(floor(texels)), 0);
  } else if (quad.way == ${READ_CUBIC}.0) {
    color = cubic(texels);
  } else {
    // Half a (coarse) texel inside the part, so that what was cropped away does not bleed in.
    let inset = min(vec2f(0.5 * exp2(max(quad.lod, 0.0))), quad.part.zw / 2.0);
    let inside = clamp(texels, quad.part.xy + inset, quad.part.xy + quad.part.zw - inset);
    color = textureSampleLevel(picture, smoothly, inside / vec2f(textureDimensions(picture)), quad.lod);
  }
  return color * (covered.x * covered.y * quad.opacity);
}
`;
