export interface PlaceInputs {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home_directory: string;
}

/**
 * Where this user's missions live, the same for every shell and the command line: TWINPASS_HOME if set,
 * else the place the operating system names for an application's files. Node takes `/` on Windows too.
 */
export function twinpassHome({ env, platform, home_directory }: PlaceInputs): string {
  const chosen = env['TWINPASS_HOME'];
  if (chosen !== undefined && chosen !== '') return chosen;
  if (platform === 'win32') return `${env['APPDATA'] ?? `${home_directory}/AppData/Roaming`}/Twinpass`;
  if (platform === 'darwin') return `${home_directory}/Library/Application Support/Twinpass`;
  const xdg = env['XDG_DATA_HOME'];
  // The XDG specification asks to ignore a relative path.
  return `${xdg?.startsWith('/') === true ? xdg : `${home_directory}/.local/share`}/twinpass`;
}
