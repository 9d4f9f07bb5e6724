// Written by Hotplug from wit/: changes of it are lost.

declare module 'chipmunk:bytesource/bytesource-types@0.1.0' {
  export type Level = import('chipmunk:shared/logging@0.1.0').Level;

  export interface SocketInfo {
    ip: string;
    port: number;
  }

  export interface SourceConfig {
    logLevel: Level;
  }

  export type SourceError =
    | { tag: 'io'; val: string }
    | { tag: 'unsupported'; val: string }
    | { tag: 'other'; val: string };
}

declare module 'chipmunk:bytesource/bytesource-types' {
  export * from 'chipmunk:bytesource/bytesource-types@0.1.0';
}

declare module 'chipmunk:bytesource/byte-source@0.1.0' {
  export type ConfigItem = import('chipmunk:shared/shared-types@0.1.0').ConfigItem;

  export type ConfigSchemaItem = import('chipmunk:shared/shared-types@0.1.0').ConfigSchemaItem;

  export type InitError = import('chipmunk:shared/shared-types@0.1.0').InitError;

  export type SourceConfig = import('chipmunk:bytesource/bytesource-types@0.1.0').SourceConfig;

  export type SourceError = import('chipmunk:bytesource/bytesource-types@0.1.0').SourceError;

  export type Version = import('chipmunk:shared/shared-types@0.1.0').Version;

  /** What a plugin exports of this interface. */
  export interface Exports {
    /** Asked before `init`, of an instance that is thrown away. */
    getVersion(): Version;
    /** Asked before `init`, of an instance that is thrown away. */
    getConfigSchemas(): ConfigSchemaItem[];
    /**
     * Begins a run: called once, before the first `read`.
     *
     * It fails by throwing the error, or an Error that has it as `payload`.
     */
    init(generalConfigs: SourceConfig, pluginConfigs: ConfigItem[]): void;
    /**
     * Gives at most so many bytes, fewer where there are fewer; none at the end.
     *
     * It fails by throwing the error, or an Error that has it as `payload`.
     */
    read(len: number): Uint8Array;
  }
}

declare module 'chipmunk:bytesource/byte-source' {
  export * from 'chipmunk:bytesource/byte-source@0.1.0';
}
