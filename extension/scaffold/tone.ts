const RATE = 48_000;
const HERTZ = 440;
const BYTES_PER_SAMPLE = 2;

/** A WAV file: a sine of 440 Hz at a quarter of full scale, so that a gain of up to 4 does not clip; 48 kHz, mono, 16 bit. */
export function toneWav(seconds: number): Uint8Array {
  const samples = Math.round(seconds * RATE);
  const size = samples * BYTES_PER_SAMPLE;
  const bytes = Buffer.alloc(44 + size);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + size, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20); // PCM
  bytes.writeUInt16LE(1, 22); // one channel
  bytes.writeUInt32LE(RATE, 24);
  bytes.writeUInt32LE(RATE * BYTES_PER_SAMPLE, 28);
  bytes.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  bytes.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(size, 40);
  for (let index = 0; index < samples; index++) {
    const value = 0.25 * Math.sin((2 * Math.PI * HERTZ * index) / RATE);
    bytes.writeInt16LE(Math.round(value * 0x7fff), 44 + index * BYTES_PER_SAMPLE);
  }
  return bytes;
}
