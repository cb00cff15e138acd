import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Machine {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** User id; undefined where there is none. */
  readonly uid: number | undefined;
}

export type Availability =
  | { readonly available: true; readonly binary: string }
  | { readonly available: false; readonly reason: string };

/** Whether Electron can open here. Its package downloads the binary when asked for it, so it is not asked. */
export function electronAvailability(root: string, { platform, env, uid }: Machine): Availability {
  const binary = electronBinary(root, env);
  if (binary === null) return no('its binary is not installed (npx install-electron fetches it)');
  if (platform !== 'linux') return { available: true, binary };
  if (!set(env['DISPLAY']) && !set(env['WAYLAND_DISPLAY'])) return no('there is no display');
  if (uid === 0) return no('its sandbox does not run as root');
  return { available: true, binary };
}

const no = (reason: string): Availability => ({ available: false, reason });
const set = (value: string | undefined) => value !== undefined && value !== '';

function electronBinary(root: string, env: Machine['env']): string | null {
  const home = join(root, 'node_modules', 'electron');
  const path_file = join(home, 'path.txt');
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  const name = existsSync(path_file) ? readFileSync(path_file, 'utf8').trim() : null;
  const binary = set(override) ? join(override!, name ?? 'electron') : name === null ? null : join(home, 'dist', name);
  return binary !== null && existsSync(binary) ? binary : null;
}
