/** A decoded frame of a film as Skia takes it: planes to RGBA by the film's own equations, turned upright. */
import { yuvToRgba, type YuvMatrix } from '#core/output/color-back.ts';
import type { DecodedFrame, VideoSample } from '#shared/pictures/video-source.ts';
import { pictureOfPixels, type SkiaPicture } from './adapters/skia.ts';

export interface NodeFrame extends DecodedFrame {
  readonly source: SkiaPicture;
}

/** Films that do not say how their colours are written: by their size, as browsers take it. */
const HD_HEIGHT_PX = 720;

export async function toFrame(sample: VideoSample): Promise<NodeFrame> {
  const { codedWidth, codedHeight, rotation } = sample;
  const rgba = await pixelsOf(sample);
  const source = pictureOfPixels(rgba, codedWidth, codedHeight, rotation);
  return { source, widthPx: sample.displayWidth, heightPx: sample.displayHeight };
}

async function pixelsOf(sample: VideoSample): Promise<Uint8ClampedArray<ArrayBuffer>> {
  const { format, codedWidth, codedHeight, colorSpace } = sample;
  const rgba = new Uint8ClampedArray(codedWidth * codedHeight * 4);
  if (format !== 'I420' && format !== 'NV12' && format !== 'I420P10') {
    const options: VideoFrameCopyToOptions & { readonly format: 'RGBA' } = { format: 'RGBA' };
    await sample.copyTo(rgba, options);
    return rgba;
  }
  const bytes = new Uint8Array(sample.allocationSize());
  const planes = await sample.copyTo(bytes);
  const bits = format === 'I420P10' ? 10 : 8;
  const samples = bits === 10 ? new Uint16Array(bytes.buffer) : bytes;
  const plane = (index: number, shift = 0, step = 1) => {
    const { offset, stride } = planes[index] as PlaneLayout;
    const size = bits === 10 ? 2 : 1;
    return { samples, offset: offset / size + shift, stride: stride / size, step };
  };
  const [u, v] = format === 'NV12' ? [plane(1, 0, 2), plane(1, 1, 2)] : [plane(1), plane(2)];
  yuvToRgba({ y: plane(0), u, v }, codedWidth, codedHeight, {
    matrix: matrixOf(colorSpace.matrix as string | null, codedHeight),
    fullRange: colorSpace.fullRange === true,
    bits,
    out: rgba,
  });
  return rgba;
}

function matrixOf(named: string | null, heightPx: number): YuvMatrix {
  if (named === 'bt709') return 'bt709';
  if (named === 'smpte170m' || named === 'bt470bg') return 'bt601';
  if (named === 'bt2020-ncl') return 'bt2020';
  return heightPx >= HD_HEIGHT_PX ? 'bt709' : 'bt601';
}
