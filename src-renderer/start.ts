import '@fontsource-variable/inter/wght.css';
import './shared/tokens.css';
import './shared/base.css';
import { mount } from 'svelte';
import type { Desktop } from './features/notices/desktop.ts';
import { Appearance } from './shared/appearance.svelte.ts';
import { Operator } from './shared/operator.svelte.ts';
import type { Client } from './transport/client.ts';
import Console from './views/Console.svelte';
import { Session } from './views/session.svelte.ts';

const THEME_KEY = 'twinpass.theme';
const OPERATOR_KEY = 'twinpass.operator';
const TICK_MS = 200;
const SYNCHRONISE_MS = 20_000;
const FONT_PATIENCE_MS = 1500;

/** Fonts first: plots write with them once and do not look again. */
async function fontsReady(): Promise<void> {
  const wanted =
    ['400 11px "Inter Variable"', '600 11px "Inter Variable"'].map((font) => document.fonts.load(font, 'aε°−'));
  const patience = new Promise((resolve) => { setTimeout(resolve, FONT_PATIENCE_MS); });
  await Promise.race([Promise.allSettled(wanted), patience]);
}

/** Opens the console on a page, against whatever client the shell has. */
export async function startConsole(client: Client, desktop: Desktop, target: HTMLElement): Promise<void> {
  const appearance = new Appearance({
    read: () => localStorage.getItem(THEME_KEY),
    write: (theme) => localStorage.setItem(THEME_KEY, theme),
    apply: (theme) => { document.documentElement.dataset['theme'] = theme; },
  });
  const measure = () => { appearance.scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16; };
  const operator = new Operator({
    read: () => localStorage.getItem(OPERATOR_KEY),
    write: (name) => localStorage.setItem(OPERATOR_KEY, name),
  });
  const session = new Session({ client, appearance, operator, desktop, steadyMs: () => performance.now() });
  session.route.follow(location.hash);
  await fontsReady();
  measure();
  window.addEventListener('resize', measure);
  mount(Console, { target, props: { session } });
  session.open();
  setInterval(() => session.tick(), TICK_MS);
  setInterval(() => void session.clock.synchronise(), SYNCHRONISE_MS);
}
