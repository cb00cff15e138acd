// Keys, the other console and the log, as a fixture host tells of them.
import type { ChannelView } from '../../src-contract/channel.ts';
import type { InputOf, JobView } from '../../src-contract/operations.ts';

export function createFixtureKeys(job: (change: Partial<JobView>) => JobView) {
  let channel: ChannelView = { setting: null, certificate: null, peer_certificate: null, problem: null, secret: null,
    pending_key_ids: [], running: false, runs: [] };
  return {
    'session.describeChannel': () => channel,
    'session.configureChannel': (setting: InputOf<'session.configureChannel'>) => {
      channel = { ...channel, setting };
      return channel;
    },
    'session.importSecret': () => channel,
    'session.distilWithPeer': ({ pass_ids }: InputOf<'session.distilWithPeer'>) =>
      ({ job_id: job({ title: `Distil ${pass_ids.join(', ')} with the other console` }).job_id }),
  };
}
