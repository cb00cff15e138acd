import { fileURLToPath } from 'node:url';

/** What ships with the program, so that every command works before anything is configured. */
export const DEFAULT_MISSION = fileURLToPath(new URL('../../missions/micius.json', import.meta.url));

/** The element set of the golden pass, epoch 2018-09-15. */
export const DEFAULT_ELEMENTS = fileURLToPath(new URL('../../missions/micius-2018-09-15.tle', import.meta.url));
