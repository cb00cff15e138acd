import { missionFilterOf, parseTopic, replyTopicOf, topicOf } from '../../../src-contract/wire/topics.ts';

/** Who somebody is on the broker. */
export type Role =
  | { readonly role: 'console' }
  | { readonly role: 'station'; readonly station: string };

export interface Publication {
  readonly topic: string;
  readonly retain: boolean;
}

/**
 * What may be published: a station its own messages and answers, a console orders.
 *
 * Only a status may be retained: a retained measurement would come again with every new subscription.
 */
export function mayPublish(role: Role, mission: string, { topic, retain }: Publication): boolean {
  if (role.role === 'station' && topic.startsWith(replyTopicOf(mission, role.station, ''))) return !retain;
  const parsed = parseTopic(topic);
  if (!parsed.ok || parsed.value.mission !== mission) return false;
  const { station, kind } = parsed.value;
  if (role.role === 'console') return kind === 'command' && !retain;
  return station === role.station && kind !== 'command' && (kind === 'status' || !retain);
}

/** What may be heard: a station its orders, a console everything of its mission. */
export function maySubscribe(role: Role, mission: string, filter: string): boolean {
  if (role.role === 'station') return filter === topicOf({ mission, station: role.station, kind: 'command' });
  const [root, , named] = filter.split('/');
  return root === missionFilterOf(mission).split('/')[0] && named === mission;
}
