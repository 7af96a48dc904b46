/** The second opinions that the settings switch on. */
import { openAiChat, openAiModeration } from './openai.ts';
import type { ModerationProvider } from './provider.ts';
import { transformersModel } from './transformers.ts';

/** @throws AppError invalid-input where a model is named that is not there */
export function providersOf(settings: {
  readonly MODERATION_URL?: string | undefined;
  readonly MODERATION_KEY?: string | undefined;
  readonly MODERATION_MODEL?: string | undefined;
  readonly MODERATION_API?: 'moderations' | 'chat' | undefined;
  readonly MODERATION_TRANSFORMERS?: string | undefined;
}): ModerationProvider[] {
  const { MODERATION_URL: baseUrl, MODERATION_TRANSFORMERS: folder } = settings;
  const providers: ModerationProvider[] = [];
  if (baseUrl !== undefined) {
    const { MODERATION_KEY: apiKey = null, MODERATION_API: api = 'moderations' } = settings;
    const model = settings.MODERATION_MODEL ?? (api === 'chat' ? 'gpt-4o-mini' : 'omni-moderation-latest');
    const endpoint = { baseUrl, apiKey, model };
    providers.push(api === 'chat' ? openAiChat(endpoint) : openAiModeration(endpoint));
  }
  if (folder !== undefined) providers.push(transformersModel({ folder }));
  return providers;
}
