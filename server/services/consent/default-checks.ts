/**
 * The checks of a consent as they are in production, in one list, with the networks they share opened once. Nothing but a
 * constructor can put others in their place.
 */
import { openListener } from '#core/speech/listen/open-listener.ts';
import { openFaceTools } from '#core/track/tools/open.ts';
import { diskModelFiles, FULL_MODELS, SERVER_MODELS } from '../../render/adapters/model-files.ts';
import { ortNodeRuntime } from '../../render/adapters/ort-node.ts';
import { threadedSpotter } from '../../render/adapters/spotter-thread.ts';
import { notSeenBeforeCheck, type LookForPictures } from './checks/not-seen-before.ts';
import { pictureChecks, rememberingLook } from './checks/pictures/checks.ts';
import { openFaceIdentity } from './checks/pictures/identity.ts';
import { pictureFingerprint, picturesAlike } from './checks/pictures/seen-before.ts';
import { chunksCheck } from './checks/sound/chunks.ts';
import { codesCheck } from './checks/sound/codes.ts';
import { lipsInStepCheck } from './checks/sound/lips-in-step.ts';
import { realCameraCheck } from './checks/sound/real-camera.ts';
import { sameVoiceCheck } from './checks/sound/same-voice.ts';
import { statementCheck } from './checks/sound/statement.ts';
import { openVoiceprint, type VoiceprintModel } from './checks/sound/voiceprint.ts';
import type { ConsentCheck } from './evidence.ts';

export interface CheckSet {
  readonly list: readonly ConsentCheck[];
  /** By which a recording's pictures are known again. */
  readonly pictures: LookForPictures;
}

/** The network that tells voices apart, opened when it is first asked for. */
export function ownVoiceprints(): () => Promise<VoiceprintModel> {
  let opened: Promise<VoiceprintModel> | null = null;
  return () => {
    const files = diskModelFiles([SERVER_MODELS]);
    opened ??= openVoiceprint(ortNodeRuntime({ files, threads: 1, own: ['cpu'] }), files);
    opened.catch(() => (opened = null));
    return opened;
  };
}

/** @throws AppError internal | device-lost where a network cannot be opened */
export async function consentChecks(): Promise<CheckSet> {
  const files = diskModelFiles(FULL_MODELS);
  // One thread: networks as small as these gain little by two, and the other core takes in what is being recorded.
  // On the processor: thresholds were found there, and no card's driver may end the process that signs.
  const runtime = ortNodeRuntime({ files, threads: 1, own: ['cpu'] });
  const tools = await openFaceTools(runtime, files);
  const eyes = { tools, identity: await openFaceIdentity(runtime, files) };
  const look = rememberingLook(eyes);
  const pictures: LookForPictures = async (evidence, signal) => {
    const { hashes } = await look(evidence, signal);
    return { prints: pictureFingerprint(hashes), alike: (earlier) => picturesAlike(hashes, earlier) };
  };
  const spotter = threadedSpotter();
  const list = [
    chunksCheck,
    realCameraCheck,
    codesCheck(spotter),
    statementCheck(spotter),
    sameVoiceCheck(await openVoiceprint(runtime, files)),
    pictureChecks(eyes, look),
    // As phones hear, too: its threshold was found so.
    lipsInStepCheck(tools, await openListener(runtime, diskModelFiles())),
    notSeenBeforeCheck(pictures),
  ];
  return { list, pictures };
}
