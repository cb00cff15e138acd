export interface PlaceInputs {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home_directory: string;
}

/**
 * Where a mission's database and pass files live, the same for every shell and the command line: under
 * TWINPASS_HOME if set, else where the operating system keeps an application's files. Node takes `/` on Windows too.
 */
export function missionDirectory(mission_id: string, { env, platform, home_directory }: PlaceInputs): string {
  const chosen = env['TWINPASS_HOME'];
  if (chosen !== undefined && chosen !== '') return `${chosen}/${mission_id}`;
  if (platform === 'win32') return `${env['APPDATA'] ?? `${home_directory}/AppData/Roaming`}/Twinpass/${mission_id}`;
  if (platform === 'darwin') return `${home_directory}/Library/Application Support/Twinpass/${mission_id}`;
  const xdg = env['XDG_DATA_HOME'];
  // The XDG specification asks to ignore a relative path.
  return `${xdg?.startsWith('/') === true ? xdg : `${home_directory}/.local/share`}/twinpass/${mission_id}`;
}
