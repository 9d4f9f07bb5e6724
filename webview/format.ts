/** Milliseconds since the recording's start as `12.345` seconds, or `3:12.345`. */
export function formatTime(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return seconds.toFixed(3);
  const minutes = Math.floor(seconds / 60);
  const rest = (Math.floor(seconds * 1000) % 60_000) / 1000;
  return `${minutes}:${rest.toFixed(3).padStart(6, '0')}`;
}

/** A length of time with three significant digits: `412 µs`, `1.24 ms`, `2.10 s`, `33 min 20 s`. */
export function formatDuration(ms: number): string {
  if (ms < 0.9995) return `${significant(ms * 1000)} µs`;
  if (ms < 999.5) return `${significant(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 120) return `${significant(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.floor(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Bytes in the binary units that WebAssembly pages come in: `1.06 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  if (bytes < 1024 * 1024) return `${significant(bytes / 1024)} KiB`;
  if (bytes < 1024 ** 3) return `${significant(bytes / 1024 ** 2)} MiB`;
  return `${significant(bytes / 1024 ** 3)} GiB`;
}

const grouped = new Intl.NumberFormat('en-GB');

/** `100,000` */
export function formatCount(count: number): string {
  return grouped.format(count);
}

function significant(value: number): string {
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value.toFixed(2);
}
