/** Which recorder channel carries what, in one station's recording. */
export interface ChannelRoles {
  /** Channel of each detector, in the order of the recording's list. */
  readonly detector_channels: readonly number[];
  readonly beacon_channel: number | null;
  readonly pps_channel: number | null;
}

/** One station's events by what they are; `detector` is the place in the recording's list, an outcome. */
export interface StationStreams {
  readonly clicks: { readonly ticks: Float64Array; readonly detector: Uint8Array };
  readonly beacon: { readonly ticks: Float64Array };
  readonly pps: { readonly ticks: Float64Array };
}

interface Tags { readonly ticks: Float64Array; readonly channel: Uint8Array }

const BEACON = 253;
const PPS = 254;
const NOBODY = 255;

/** For each channel code: the detector's place, BEACON, PPS or NOBODY. */
function roleTable({ detector_channels, beacon_channel, pps_channel }: ChannelRoles): Uint8Array {
  const table = new Uint8Array(256).fill(NOBODY);
  for (const [place, channel] of detector_channels.entries()) table[channel] = place;
  if (beacon_channel !== null) table[beacon_channel] = BEACON;
  if (pps_channel !== null) table[pps_channel] = PPS;
  return table;
}

/** Sorts a recorder's rows into streams, order kept; `ignored` counts rows on channels that nobody claims. */
export function splitTags(tags: Tags, roles: ChannelRoles): StationStreams & { readonly ignored: number } {
  const table = roleTable(roles);
  const counts = new Uint32Array(256);
  for (const channel of tags.channel) counts[table[channel]!]! += 1;
  const beacon = new Float64Array(counts[BEACON]!);
  const pps = new Float64Array(counts[PPS]!);
  const ignored = counts[NOBODY]!;
  const size = tags.ticks.length - beacon.length - pps.length - ignored;
  const clicks = { ticks: new Float64Array(size), detector: new Uint8Array(size) };
  let [c, b, p] = [0, 0, 0];
  for (let i = 0; i < tags.ticks.length; i += 1) {
    const role = table[tags.channel[i]!]!;
    const tick = tags.ticks[i]!;
    if (role < BEACON) {
      clicks.ticks[c] = tick;
      clicks.detector[c] = role;
      c += 1;
    } else if (role === BEACON) {
      beacon[b] = tick;
      b += 1;
    } else if (role === PPS) {
      pps[p] = tick;
      p += 1;
    }
  }
  return { clicks, beacon: { ticks: beacon }, pps: { ticks: pps }, ignored };
}

/** Inverse of `splitTags` for the rows that somebody claims; of equal ticks, pulses come before clicks. */
export function mergeTags(streams: StationStreams, roles: ChannelRoles): Tags {
  const { clicks, beacon, pps } = streams;
  const size = clicks.ticks.length + beacon.ticks.length + pps.ticks.length;
  const ticks = new Float64Array(size);
  const channel = new Uint8Array(size);
  const channels = Uint8Array.from(roles.detector_channels);
  let [c, b, p] = [0, 0, 0];
  for (let i = 0; i < size; i += 1) {
    const click = c < clicks.ticks.length ? clicks.ticks[c]! : Number.POSITIVE_INFINITY;
    const pulse = b < beacon.ticks.length ? beacon.ticks[b]! : Number.POSITIVE_INFINITY;
    const edge = p < pps.ticks.length ? pps.ticks[p]! : Number.POSITIVE_INFINITY;
    if (edge <= pulse && edge <= click) {
      ticks[i] = edge;
      channel[i] = roles.pps_channel ?? NOBODY;
      p += 1;
    } else if (pulse <= click) {
      ticks[i] = pulse;
      channel[i] = roles.beacon_channel ?? NOBODY;
      b += 1;
    } else {
      ticks[i] = click;
      channel[i] = channels[clicks.detector[c]!]!;
      c += 1;
    }
  }
  return { ticks, channel };
}
