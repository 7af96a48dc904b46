/**
 * Films of high dynamic range, as phones record them, brought to an ordinary film's colours: a table (.cube) from coded
 * BT.2020 values, HLG or PQ (ITU-R BT.2100-2), to coded BT.709 ones. Light is measured in reference whites (203 nits, as
 * BT.2408 has it); up to most of one it stays as it is, and what is brighter is rolled off, hue kept.
 */
export type HdrTransfer = 'hlg' | 'pq';

const REFERENCE_WHITE_NITS = 203;
/** Of the display that HLG is made for; its system gamma follows from it. */
const HLG_PEAK_NITS = 1000;
const HLG_GAMMA = 1.2;
/** From here on light is rolled off, in reference whites; the brightest that is told apart. */
const KNEE = 0.7;
const BRIGHTEST = HLG_PEAK_NITS / REFERENCE_WHITE_NITS;
/** Of displays that ordinary films are seen on (BT.1886). */
const DISPLAY_GAMMA = 2.4;
const SIDE = 33;

type Rgb = readonly [number, number, number];

/** Coded 0…1 to coded 0…1. */
export function toOrdinary(coded: Rgb, transfer: HdrTransfer): Rgb {
  const light = transfer === 'hlg' ? hlgLight(coded) : (coded.map(pqLight) as [number, number, number]);
  const wide = inBt709(light);
  // Colours outside are brought in by greying them as little as it takes.
  const luma = 0.2126 * wide[0] + 0.7152 * wide[1] + 0.0722 * wide[2];
  const low = Math.min(...wide);
  const keep = low < 0 && luma > low ? luma / (luma - low) : 1;
  const within = wide.map((value) => Math.max(0, luma + keep * (value - luma)));
  const most = Math.max(...within);
  const scale = most > 0 ? rolledOff(most) / most : 0;
  return within.map((value) => Math.min(1, value * scale) ** (1 / DISPLAY_GAMMA)) as [number, number, number];
}

/** The table as text, red changing fastest. */
export function hdrCube(transfer: HdrTransfer): string {
  const lines = [`LUT_3D_SIZE ${SIDE}`];
  for (let b = 0; b < SIDE; b++)
    for (let g = 0; g < SIDE; g++)
      for (let r = 0; r < SIDE; r++) {
        const coded: Rgb = [r / (SIDE - 1), g / (SIDE - 1), b / (SIDE - 1)];
        lines.push(
          toOrdinary(coded, transfer)
            .map((value) => value.toFixed(5))
            .join(' '),
        );
      }
  return `${lines.join('\n')}\n`;
}

/** In reference whites. */
function hlgLight(coded: Rgb): Rgb {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  const scene = coded.map((v) => (v <= 0.5 ? (v * v) / 3 : (Math.exp((v - c) / a) + b) / 12));
  const [red, green, blue] = scene as [number, number, number];
  const luma = 0.2627 * red + 0.678 * green + 0.0593 * blue;
  const gain = (HLG_PEAK_NITS / REFERENCE_WHITE_NITS) * Math.max(luma, 1e-6) ** (HLG_GAMMA - 1);
  return [red * gain, green * gain, blue * gain];
}

/** In reference whites. */
function pqLight(coded: number): number {
  const [m1, m2, c1, c2, c3] = [0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875];
  const power = coded ** (1 / m2);
  return (10_000 * (Math.max(0, power - c1) / (c2 - c3 * power)) ** (1 / m1)) / REFERENCE_WHITE_NITS;
}

function inBt709([r, g, b]: Rgb): [number, number, number] {
  return [
    1.660491 * r - 0.587641 * g - 0.07285 * b,
    -0.12455 * r + 1.1329 * g - 0.008349 * b,
    -0.018151 * r - 0.100579 * g + 1.11873 * b,
  ];
}

/** A straight line up to the knee, then a hyperbola that meets it and arrives at 1 where light is brightest. */
function rolledOff(light: number): number {
  if (light <= KNEE) return light;
  const part = (Math.min(light, BRIGHTEST) - KNEE) / (BRIGHTEST - KNEE);
  const steep = (BRIGHTEST - KNEE) / (1 - KNEE);
  return KNEE + ((1 - KNEE) * (steep * part)) / (1 + (steep - 1) * part);
}
