/** Streams of bytes for plugins that are called until they are through with them. */
import { UserError } from '../errors.ts';
import type { Producer, RunContext } from '../host/produce.ts';
import type { StreamSpec } from '../project/project.ts';
import type { ByteSource } from './byte-source.ts';
import { openBytes } from './bytes.ts';
import { openPcap } from './pcap.ts';
import { openTcp, openUdp } from './sockets.ts';
import { openStdin } from './stdin.ts';

/** Opens a stream for a plugin at its beginning. Throws a UserError where it cannot be read, or where the contract has no use for it. */
export async function openRun(spec: StreamSpec, context: RunContext): Promise<Producer> {
  const { contract } = context;
  if (contract.produce === undefined) {
    throw new UserError(
      `A plugin for ${contract.title} is not given a stream of bytes.`,
      'Choose an input of events.',
    );
  }
  return await contract.produce(spec, context, async () => await openStream(spec, context));
}

async function openStream(spec: StreamSpec, { folder, signal }: RunContext): Promise<ByteSource> {
  const { rules = 'strict' } = spec;
  switch (spec.kind) {
    case 'bytes':
      return await openBytes(spec.file, {
        folder,
        ...(spec.follow === undefined ? {} : { follow: spec.follow }),
      });
    case 'pcap':
      return await openPcap(spec.file, {
        rules,
        ...(spec.legacyTimestamps === undefined ? {} : { legacyTimestamps: spec.legacyTimestamps }),
      });
    case 'tcp':
      return await openTcp(spec, signal);
    case 'udp':
      return await openUdp(spec);
    case 'stdin':
      return openStdin(process.stdin, { rules });
    case 'byte-source':
    case 'reads':
      throw new UserError(`${spec.kind} is no stream of bytes by itself.`, 'Choose another input.');
  }
}
