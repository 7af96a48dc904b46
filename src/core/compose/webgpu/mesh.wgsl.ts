/**
 * A picture on triangles. The arithmetic is the rasteriser's (draw/raster): positions come placed on its grid, each
 * triangle with the level that was worked out for it; what lies between texels and between levels is mixed linearly, a
 * blur is the same five by five taps, and nothing outside of the mesh's own part of the picture is read.
 */
import { TEXEL_SLACK } from '../../draw/mesh-place.ts';
import { LOOK_HALF, LOOK_TEXELS, SLOPE_HALF, SLOPE_TEXELS, SURE } from '../../draw/unmix.ts';

export const MESH_SHADER = /* wgsl */ `
struct Mesh {
  frame: vec2f,     // output size, pixels
  across: vec2f,    // weights of the nearer and the further taps of a blur, along rows
  turn: vec4f,      // (u, v) → where the grey is that is its alpha: u' = a·u + c·v + e, v' = b·u + d·v + f
  shift: vec2f,
  matted: f32,
  blurred: f32,
  box: vec4f,       // of the mesh's uvs: left, top, right, bottom
  greyBox: vec4f,
  down: vec2f,      // the same along columns
  steps: vec2f,     // texels from tap to tap along either
  greyShift: f32,   // levels that the grey is read beyond its colour's
  unmixed: f32,
};
@group(0) @binding(0) var<uniform> mesh: Mesh;
@group(1) @binding(0) var picture: texture_2d<f32>;
@group(1) @binding(1) var smoothly: sampler;

struct Corner {
  @builtin(position) position: vec4f,
  @location(0) uv: vec2f,
  @location(1) shade: vec4f,                  // gain of red, green and blue; opacity
  @location(2) @interpolate(flat) level: f32, // of the mip pyramid
};

@vertex fn corner(
  @location(0) at: vec2f,
  @location(1) uv: vec2f,
  @location(2) shade: vec4f,
  @location(3) level: f32,
) -> Corner {
  let position = (at / mesh.frame * 2.0 - 1.0) * vec2f(1.0, -1.0);
  return Corner(vec4f(position, 0.0, 1.0), uv, shade, level);
}

fn fiveTaps(taps: vec2f) -> array<f32, 5> {
  return array(taps.y, taps.x, 1.0 - 2.0 * (taps.x + taps.y), taps.x, taps.y);
}

fn read(uv: vec2f, box: vec4f, level: f32) -> vec4f {
  let size = vec2f(textureDimensions(picture, u32(ceil(level))));
  let first = clamp(floor(box.xy * size + ${TEXEL_SLACK}), vec2f(0.0), size - 1.0);
  let last = max(first, min(size - 1.0, ceil(box.zw * size - ${TEXEL_SLACK}) - 1.0));
  let low = (first + 0.5) / size;
  let high = (last + 0.5) / size;
  if (mesh.blurred == 0.0) {
    return textureSampleLevel(picture, smoothly, clamp(uv, low, high), level);
  }
  let across = fiveTaps(mesh.across);
  let down = fiveTaps(mesh.down);
  var sum = vec4f(0.0);
  for (var j = 0; j < 5; j++) {
    var row = vec4f(0.0);
    for (var i = 0; i < 5; i++) {
      let there = uv + vec2f(f32(i - 2), f32(j - 2)) * mesh.steps / size;
      row += across[i] * textureSampleLevel(picture, smoothly, clamp(there, low, high), level);
    }
    sum += down[j] * row;
  }
  return sum;
}

fn greyAt(uv: vec2f, level: f32) -> f32 {
  let there = vec2f(dot(mesh.turn.xz, uv), dot(mesh.turn.yw, uv)) + mesh.shift;
  return dot(read(there, mesh.greyBox, level).rgb, vec3f(54.0, 183.0, 19.0) / 256.0); // BT.709's luma
}

// As draw/raster/unmix-span.ts. Levels are whole.
fn unmix(own: vec4f, grey: f32, uv: vec2f, level: f32, greyLevel: f32) -> vec4f {
  let texel = 1.0 / vec2f(textureDimensions(picture, 0));
  let across = vec2f(${SLOPE_TEXELS.toFixed(1)} * texel.x, 0.0);
  let down = vec2f(0.0, ${SLOPE_TEXELS.toFixed(1)} * texel.y);
  let slope = vec2f(
    greyAt(uv + across, greyLevel) - greyAt(uv - across, greyLevel),
    greyAt(uv + down, greyLevel) - greyAt(uv - down, greyLevel),
  );
  let inwards = slope / (length(slope) + ${SLOPE_HALF}) * texel;
  var person = vec4f(0.0);
  var behind = vec4f(0.0);
  for (var k = 0; k < 2; k++) {
    let far = select(${LOOK_TEXELS[1].toFixed(1)}, ${LOOK_TEXELS[0].toFixed(1)}, k == 0) * inwards;
    let ofPerson = pow(clamp(greyAt(uv + far, greyLevel), 0.0, 1.0), 4.0);
    let ofBehind = pow(clamp(1.0 - greyAt(uv - far, greyLevel), 0.0, 1.0), 4.0);
    person += vec4f(read(uv + far, mesh.box, level).rgb, 1.0) * ofPerson;
    behind += vec4f(read(uv - far, mesh.box, level).rgb, 1.0) * ofBehind;
  }
  let f = person.rgb / max(person.a, 1e-6);
  let b = behind.rgb / max(behind.a, 1e-6);
  let apart = f + grey * (own.rgb - grey * f - (1.0 - grey) * b);
  let trust = person.a / (person.a + ${LOOK_HALF});
  return vec4f(clamp(mix(own.rgb, apart, trust), vec3f(0.0), vec3f(own.a)), own.a);
}

@fragment fn paint(in: Corner) -> @location(0) vec4f {
  var color = read(in.uv, mesh.box, in.level);
  var weight = clamp(in.shade.a, 0.0, 1.0);
  if (mesh.matted > 0.0) {
    let level = clamp(in.level + mesh.greyShift, 0.0, f32(textureNumLevels(picture) - 1u));
    let grey = greyAt(in.uv, level);
    weight *= grey;
    if (mesh.unmixed > 0.0 && grey > ${SURE} && grey < ${1 - SURE}) {
      color = unmix(color, grey, in.uv, floor(in.level), floor(level));
    }
  }
  let lit = clamp(color.rgb * in.shade.rgb, vec3f(0.0), vec3f(color.a));
  return vec4f(lit, color.a) * weight;
}
`;
