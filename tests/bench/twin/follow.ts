/** A film of a person as the fit sees it: every frame once, followed by the networks that Orator ships. */
import { createFollower, type FollowedFilm } from '#core/track/follow.ts';
import { openFaceTools } from '#core/track/tools/open.ts';
import type { FaceTools, Picture } from '#core/track/ports.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { filmShape, readFrames, type FilmShape } from './pictures.ts';

export function openTools(): Promise<FaceTools> {
  const files = diskModelFiles();
  return openFaceTools(ortNodeRuntime({ files }), files);
}

/** @param frames at most so many of its first */
export function followFilm(tools: FaceTools, path: string, frames = Infinity): Promise<FollowedFilm> {
  const shape = filmShape(path);
  return followPictures(tools, shape, first(readFrames(path, shape), frames));
}

async function* first(pictures: AsyncIterable<Picture>, count: number): AsyncGenerator<Picture> {
  let taken = 0;
  for await (const picture of pictures) {
    yield picture;
    if (++taken >= count) return;
  }
}

export async function followPictures(
  tools: FaceTools,
  shape: FilmShape,
  pictures: AsyncIterable<Picture> | Iterable<Picture>,
): Promise<FollowedFilm> {
  const follower = createFollower(tools, shape);
  for await (const picture of pictures) await follower.look(picture);
  return follower.finish();
}
