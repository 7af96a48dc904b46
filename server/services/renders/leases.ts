/** How long a worker may be silent before what it holds is given to others, and how often it says that it is there. */
export const BEAT_MS = 1000;
export const LEASE_S = 5;
