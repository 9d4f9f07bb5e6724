// The functions that the plugin exports, for extism-js.
declare module 'main' {
  export function handle_event(): I32;
}
