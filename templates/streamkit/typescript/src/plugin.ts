import { sendOutput } from 'streamkit:plugin/host@0.1.0';
import type { NodeInstance } from 'streamkit:plugin/node@0.1.0';
import type { Node } from 'streamkit:plugin/plugin@0.1.0';
import type { AudioFrame, NodeMetadata, Packet } from 'streamkit:plugin/types@0.1.0';

/** Name under which the host registers this plugin: `plugin::wasm::{{name}}`. */
const kind = '{{name}}';

/** Type id of what goes out on the pin `telemetry`. */
const levelType = `plugin::wasm::${kind}/level@1`;

/** A level is sent after this many packets: once a second at 20 ms a packet. */
const packetsPerLevel = 50;

const metadata: NodeMetadata = {
  kind,
  inputs: [
    {
      name: 'in',
      acceptsTypes: [{ tag: 'raw-audio', val: { sampleRate: 48000, channels: 1, sampleFormat: 'float32' } }],
    },
  ],
  outputs: [
    {
      name: 'out',
      producesType: { tag: 'raw-audio', val: { sampleRate: 48000, channels: 1, sampleFormat: 'float32' } },
    },
    { name: 'telemetry', producesType: { tag: 'custom', val: levelType } },
  ],
  // The host shows this to users; it does not check parameters against it.
  paramSchema: JSON.stringify({
    type: 'object',
    properties: {
      gain_db: {
        type: 'number',
        title: 'Gain in decibels',
        default: 0,
        minimum: -60,
        maximum: 20,
        tunable: true,
      },
    },
    additionalProperties: false,
  }),
  categories: ['audio', 'filters'],
};

/**
 * Reads the parameters. Fields that are not there keep their value, because an update may hold only
 * what changed.
 *
 * @param current gain in decibels
 * @returns gain in decibels
 */
function readGain(json: string | null, current: number): number {
  if (json === null) return current;
  const params = JSON.parse(json) as { readonly gain_db?: unknown };
  const gain = params.gain_db ?? current;
  if (typeof gain !== 'number' || gain < -60 || gain > 20) {
    throw new Error(`gain_db must be a number from -60 to 20, not ${JSON.stringify(gain)}`);
  }
  return gain;
}

/** One running node of a pipeline. */
class Gain implements NodeInstance {
  private gainDb = 0;
  private packets = 0;

  /** @param params the node's configuration as JSON text */
  constructor(params: string | null) {
    try {
      this.gainDb = readGain(params, 0);
    } catch (error) {
      // A constructor cannot refuse: it would end the node with a trap.
      console.warn('bad parameters, using 0 dB:', error);
    }
    console.info(`gain ${this.gainDb} dB`);
  }

  /** Handles one packet. An error that is thrown here ends the node. */
  process(pin: string, packet: Packet): void {
    if (packet.tag !== 'audio') throw new Error(`expected audio on pin ${pin}, not ${packet.tag}`);
    const factor = 10 ** (this.gainDb / 20);
    const frame: AudioFrame = { ...packet.val, samples: packet.val.samples.map((sample) => sample * factor) };
    sendOutput('out', { tag: 'audio', val: frame });
    this.packets += 1;
    if (this.packets % packetsPerLevel === 0) sendLevel(frame);
  }

  /** Takes new parameters while the node runs. An error that is thrown here ends the node. */
  updateParams(params: string | null): void {
    this.gainDb = readGain(params, this.gainDb);
    console.info(`gain ${this.gainDb} dB`);
  }

  /** Called once when the node stops in good order. */
  cleanup(): void {
    console.info(`${this.packets} packets`);
  }
}

function sendLevel({ samples, sampleRate, channels }: AudioFrame): void {
  let sum = 0;
  let peak = 0;
  for (const sample of samples) {
    sum += sample * sample;
    peak = Math.max(peak, Math.abs(sample));
  }
  const rms = Math.sqrt(sum / Math.max(samples.length, 1));
  const level = {
    event_type: 'audio.level',
    rms,
    peak,
    sample_count: samples.length,
    sample_rate: sampleRate,
    channels,
  };
  sendOutput('telemetry', {
    tag: 'custom',
    val: { typeId: levelType, encoding: 'json', data: JSON.stringify(level) },
  });
}

export const node: Node = { metadata: () => metadata, NodeInstance: Gain };
