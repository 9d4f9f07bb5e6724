import { sendOutput } from 'streamkit:plugin/host@0.1.0';

/** @import { Node } from 'streamkit:plugin/plugin@0.1.0' */
/** @import { AudioFrame, NodeMetadata, Packet } from 'streamkit:plugin/types@0.1.0' */

/** Name under which the host registers this plugin: `plugin::wasm::{{name}}`. */
const kind = '{{name}}';

/** Type id of what goes out on the pin `telemetry`. */
const levelType = `plugin::wasm::${kind}/level@1`;

/** A level is sent after this many packets: once a second at 20 ms a packet. */
const packetsPerLevel = 50;

/** @type {NodeMetadata} */
const metadata = {
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
 * @param {string | null} json
 * @param {number} current gain in decibels
 * @returns {number} gain in decibels
 */
function readGain(json, current) {
  if (json === null) return current;
  const gain = JSON.parse(json).gain_db ?? current;
  if (typeof gain !== 'number' || gain < -60 || gain > 20) {
    throw new Error(`gain_db must be a number from -60 to 20, not ${JSON.stringify(gain)}`);
  }
  return gain;
}

/** One running node of a pipeline. */
class NodeInstance {
  gainDb = 0;
  packets = 0;

  /** @param {string | null} params the node's configuration as JSON text */
  constructor(params) {
    try {
      this.gainDb = readGain(params, 0);
    } catch (error) {
      // A constructor cannot refuse: it would end the node with a trap.
      console.warn('bad parameters, using 0 dB:', error);
    }
    console.info(`gain ${this.gainDb} dB`);
  }

  /**
   * Handles one packet. An error that is thrown here ends the node.
   *
   * @param {string} pin
   * @param {Packet} packet
   */
  process(pin, packet) {
    if (packet.tag !== 'audio') throw new Error(`expected audio on pin ${pin}, not ${packet.tag}`);
    const { samples } = packet.val;
    const factor = 10 ** (this.gainDb / 20);
    for (let i = 0; i < samples.length; i++) samples[i] *= factor;
    sendOutput('out', packet);
    this.packets += 1;
    if (this.packets % packetsPerLevel === 0) sendLevel(packet.val);
  }

  /**
   * Takes new parameters while the node runs. An error that is thrown here ends the node.
   *
   * @param {string | null} params
   */
  updateParams(params) {
    this.gainDb = readGain(params, this.gainDb);
    console.info(`gain ${this.gainDb} dB`);
  }

  /** Called once when the node stops in good order. */
  cleanup() {
    console.info(`${this.packets} packets`);
  }
}

/** @param {AudioFrame} frame */
function sendLevel({ samples, sampleRate, channels }) {
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

/** @type {Node} */
export const node = { metadata: () => metadata, NodeInstance };
