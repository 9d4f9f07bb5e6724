const minus = '−';

/**
 * Milliseconds since the recording's start as `12.345` seconds, `3:12.345` or `2:03:12.345`; with more
 * digits where times are closer together than a millisecond. Clocks can run backwards: `−0.020`.
 */
export function formatTime(ms: number, digits = 3): string {
  if (!Number.isFinite(ms)) return '?';
  const scale = 10 ** digits;
  const units = Math.round((Math.abs(ms) / 1000) * scale);
  const sign = ms < 0 && units > 0 ? minus : '';
  const seconds = units / scale;
  if (seconds < 60) return `${sign}${seconds.toFixed(digits)}`;
  const rest = ((units % (60 * scale)) / scale).toFixed(digits).padStart(digits + 3, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${sign}${minutes}:${rest}`;
  const hours = Math.floor(minutes / 60);
  const clock = `${hours % 24}:${padded(minutes % 60)}:${rest}`;
  return hours < 24 ? `${sign}${clock}` : `${sign}${Math.floor(hours / 24)} d ${clock}`;
}

/** A length of time with three significant digits: `412 µs`, `1.24 ms`, `2.10 s`, `33 min 20 s`, `3 h 5 min`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '?';
  if (ms < 0) return `${minus}${formatDuration(-ms)}`;
  if (ms === 0) return '0 µs';
  if (ms < 0.9995) return `${significant(ms * 1000)} µs`;
  if (ms < 999.5) return `${significant(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 119.5) return `${significant(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** How much later than another time: `+412 µs`, `−1.24 ms`, `0 µs`. */
export function formatDelta(ms: number): string {
  return ms > 0 ? `+${formatDuration(ms)}` : formatDuration(ms);
}

/** Milliseconds since the Unix epoch as the time of day where the reader is: `14:30:00.020`. */
export function formatClock(epochMs: number): string {
  const date = new Date(epochMs);
  if (Number.isNaN(date.getTime())) return '?';
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map(padded);
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** The same with its day: `2026-09-21 14:30:00.020`. */
export function formatMoment(epochMs: number): string {
  const date = new Date(epochMs);
  if (Number.isNaN(date.getTime())) return '?';
  const day = `${date.getFullYear()}-${padded(date.getMonth() + 1)}-${padded(date.getDate())}`;
  return `${day} ${formatClock(epochMs)}`;
}

/** Bytes in the binary units that WebAssembly pages come in: `1.06 MiB`. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return '?';
  if (bytes < 0) return `${minus}${formatBytes(-bytes)}`;
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

function padded(value: number): string {
  return String(value).padStart(2, '0');
}

function significant(value: number): string {
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value.toFixed(2);
}
