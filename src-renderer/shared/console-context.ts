import { createContext } from 'svelte';
import type { Appearance } from './appearance.svelte.ts';

/** Theme and scale, for what draws: plots, maps, skies. */
export const [useAppearance, provideAppearance] = createContext<Appearance>();
