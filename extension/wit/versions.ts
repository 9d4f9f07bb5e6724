/**
 * Versions within which packages may stand for each other, as in the component model: those of the same
 * first number that is not zero (`0.2.0` and `0.2.6`); what has a pre-release stands alone.
 */

/** A name of an interface, type or package with no more of its version than that: `wasi:io/streams@0.2#input-stream`. */
export function onTrack(name: string): string {
  return name.replace(
    /@(\d+)\.(\d+)\.(\d+)(-[^+#]*)?(\+[^#]*)?/,
    (whole: string, major: string, minor: string, patch: string, prerelease: string | undefined) => {
      if (prerelease !== undefined) return whole;
      if (major !== '0') return `@${major}`;
      return minor === '0' ? `@0.0.${patch}` : `@0.${minor}`;
    },
  );
}
