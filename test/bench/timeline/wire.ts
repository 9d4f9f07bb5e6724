/** Answers with typed arrays over HTTP: their JSON with references, then their bytes. Runs in Node and in a page. */

const ARRAYS = { Float64Array, Float32Array, Uint32Array, Uint16Array, Uint8Array } as const;
type ArrayName = keyof typeof ARRAYS;

interface Reference {
  readonly $array: ArrayName;
  readonly at: number;
  readonly length: number;
}

/** The length of the JSON as a uint32, the JSON, padding to 8, then each array at a multiple of 8. */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  const arrays: { readonly bytes: Uint8Array; readonly at: number }[] = [];
  let size = 0;
  const json = new TextEncoder().encode(
    JSON.stringify(value, (_key, inner: unknown) => {
      if (!ArrayBuffer.isView(inner) || inner instanceof DataView) return inner;
      const name = inner.constructor.name as ArrayName;
      const at = size;
      arrays.push({ bytes: new Uint8Array(inner.buffer, inner.byteOffset, inner.byteLength), at });
      size += Math.ceil(inner.byteLength / 8) * 8;
      return {
        $array: name,
        at,
        length: inner.byteLength / ARRAYS[name].BYTES_PER_ELEMENT,
      } satisfies Reference;
    }),
  );
  const start = Math.ceil((4 + json.length) / 8) * 8;
  const bytes = new Uint8Array(start + size);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  for (const array of arrays) bytes.set(array.bytes, start + array.at);
  return bytes;
}

export function decode(buffer: ArrayBuffer): unknown {
  const length = new DataView(buffer).getUint32(0, true);
  const start = Math.ceil((4 + length) / 8) * 8;
  return JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)), (_key, inner: unknown) => {
    if (!isReference(inner)) return inner;
    const Made = ARRAYS[inner.$array];
    const from = start + inner.at;
    return new Made(buffer.slice(from, from + inner.length * Made.BYTES_PER_ELEMENT));
  }) as unknown;
}

function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && '$array' in value;
}
