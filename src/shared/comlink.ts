/** The one place that names Comlink: how pages and workers call each other. What travels is typed in core. */
export { expose, proxy, transfer, wrap } from 'comlink';
export type { Remote } from 'comlink';
