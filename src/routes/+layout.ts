// The studio is a client-side app: everything it does, it does in this tab and its workers.
export const ssr = false;
export const prerender = false;
