/** Every table, for the migrations. Repositories import the file they work on. */
export * from './accounts.ts';
export * from './assets.ts';
export * from './consent.ts';
export * from './log.ts';
export * from './moderation.ts';
export * from './render.ts';
export * from './work.ts';
