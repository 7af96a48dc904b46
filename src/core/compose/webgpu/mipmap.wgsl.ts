/** One level of a mip pyramid from the one above it: each texel the mean of the four it stands for. */
export const MIPMAP_SHADER = /* wgsl */ `
@group(0) @binding(0) var above: texture_2d<f32>;
@group(0) @binding(1) var smoothly: sampler;

struct Corner { @builtin(position) position: vec4f, @location(0) uv: vec2f };

@vertex fn corner(@builtin(vertex_index) index: u32) -> Corner {
  let uv = vec2f(f32(index & 1u), f32(index >> 1u)) * 2.0;
  return Corner(vec4f(uv * vec2f(2.0, -2.0) + vec2f(-1.0, 1.0), 0.0, 1.0), uv);
}

@fragment fn paint(@location(0) uv: vec2f) -> @location(0) vec4f {
  return textureSampleLevel(above, smoothly, uv, 0.0);
}
`;
