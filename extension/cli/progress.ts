import type { BuildStamp } from '../project/project.ts';
import type { Output } from './output.ts';

/**
 * Says how builds go. The lines that start with `[hotplug] build` are read by the editor's problem
 * matchers as the start and the end of a build: they stay as they are, without colour.
 */
export function sayBuild(output: Output): (stamp: BuildStamp) => void {
  return (stamp) => {
    if (stamp.status === 'building') {
      output.say('[hotplug] build started');
      return;
    }
    if (stamp.failure !== undefined) output.say(`${output.style('red', 'error:')} ${stamp.failure}`);
    const took = Math.round((stamp.finishedAt ?? stamp.startedAt) - stamp.startedAt);
    output.say(stamp.status === 'ok' ? `[hotplug] build finished in ${took} ms` : '[hotplug] build failed');
  };
}
