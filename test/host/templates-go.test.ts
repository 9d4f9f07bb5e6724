import { testTemplate } from './template.ts';

testTemplate({
  language: 'go',
  source: 'export_streamkit_plugin_node/plugin.go',
  // Go's collector runs for the first time at 4 MiB.
  warmUp: 8000,
  mistake: {
    find: 'return host.SendOutput("telemetry", level(frame))',
    replace: 'return host.SendNowhere("telemetry", level(frame))',
  },
});
