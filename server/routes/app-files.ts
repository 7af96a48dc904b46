/**
 * GET of anything that is not the API: a file of the built app, or the app's shell where the path is one of its own
 * pages.
 */
import type { Context, Router } from '../http.ts';
import { newRouter } from '../http.ts';
import { answerWith, type AppFiles } from '../services/app-files.ts';

export function appFileRoutes(files: AppFiles, { compress }: { readonly compress: boolean }): Router {
  const router = newRouter();
  router.on(['GET', 'HEAD'], '*', (c) => {
    const urlPath = decode(c);
    const file = urlPath === null ? null : (files.find(urlPath) ?? (isPage(urlPath, c) ? files.shell : null));
    if (!file) return new Response('Not found\n', { status: 404, headers: { 'Content-Type': 'text/plain' } });
    return answerWith(
      file,
      {
        head: c.req.method === 'HEAD',
        ifNoneMatch: c.req.header('If-None-Match') ?? null,
        range: c.req.header('Range') ?? null,
        ifRange: c.req.header('If-Range') ?? null,
        acceptEncoding: c.req.header('Accept-Encoding') ?? null,
      },
      compress,
    );
  });
  router.all('*', () => new Response(null, { status: 405, headers: { Allow: 'GET, HEAD' } }));
  return router;
}

function decode(c: Context): string | null {
  try {
    return decodeURIComponent(new URL(c.req.url).pathname);
  } catch {
    return null;
  }
}

/**
 * A page of the app has no file ending and is asked for by someone who reads HTML. Where programs look for what a site offers
 * (RFC 8615), what is not there is not there: browsers try that before they believe any of it.
 */
function isPage(urlPath: string, c: Context): boolean {
  const last = urlPath.slice(urlPath.lastIndexOf('/') + 1);
  const accept = c.req.header('Accept') ?? '*/*';
  return !last.includes('.') && !/^\/(_app|\.well-known)\//.test(urlPath) && /text\/html|\*\/\*/.test(accept);
}
