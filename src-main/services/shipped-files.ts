import { fileURLToPath } from 'node:url';

// What ships with the program, so that every command works before anything is configured. The bundle lies as deep
// below the package as this folder does, so one relative path serves both.

export const SHIPPED_MISSION = fileURLToPath(new URL('../../missions/micius.json', import.meta.url));

/** The element set of the golden pass, epoch 2018-09-15. */
export const SHIPPED_ELEMENTS = fileURLToPath(new URL('../../missions/micius-2018-09-15.tle', import.meta.url));

/** What a simulated pass can be told to do, by name. */
export const SHIPPED_SCENARIOS = fileURLToPath(new URL('../../scenarios/', import.meta.url));
