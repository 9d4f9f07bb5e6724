// Written by Hotplug from wit/: changes of it are lost.

declare module 'chipmunk:parser/parse-types@0.1.0' {
  export interface Attachment {
    name: string;
    size: number;
    createdDate: string | null;
    modifiedDate: string | null;
    /** Rows that it belongs to, by their number. */
    messages: number[];
    data: Uint8Array;
  }

  export interface ColumnInfo {
    caption: string;
    description: string;
    /** In pixels; -1 for the host's default. */
    width: number;
  }

  export interface ColumnsRenderOptions {
    columns: ColumnInfo[];
    minWidth: number;
    maxWidth: number;
  }

  export type Level = import('chipmunk:shared/logging@0.1.0').Level;

  export type ParseError =
    | /** The run ends. */
      { tag: 'unrecoverable'; val: string }
    | /** These bytes are none of this format; the host drops one byte and asks again. */
      { tag: 'parse'; val: string }
    | /** More bytes are needed. */
      { tag: 'incomplete' }
    | /** There is nothing more to find. */
      { tag: 'eof' };

  export interface ParseReturn {
    /** What was found; none for bytes that are skipped. */
    value: ParseYield | null;
    /** How many bytes it took. */
    consumed: number;
  }

  export type ParseYield =
    | { tag: 'message'; val: ParsedMessage }
    | { tag: 'attachment'; val: Attachment }
    | { tag: 'message-and-attachment'; val: [ParsedMessage, Attachment] };

  export type ParsedMessage =
    | /** A row of one cell. */
      { tag: 'line'; val: string }
    | /** A row with a cell for each column of the render options. */
      { tag: 'columns'; val: string[] };

  export interface ParserConfig {
    logLevel: Level;
  }

  export interface RenderOptions {
    /** None for rows of one cell, without a header. */
    columnsOptions: ColumnsRenderOptions | null;
  }
}

declare module 'chipmunk:parser/parse-types' {
  export * from 'chipmunk:parser/parse-types@0.1.0';
}

declare module 'chipmunk:parser/parser@0.1.0' {
  export type ConfigItem = import('chipmunk:shared/shared-types@0.1.0').ConfigItem;

  export type ConfigSchemaItem = import('chipmunk:shared/shared-types@0.1.0').ConfigSchemaItem;

  export type InitError = import('chipmunk:shared/shared-types@0.1.0').InitError;

  export type ParseError = import('chipmunk:parser/parse-types@0.1.0').ParseError;

  export type ParseReturn = import('chipmunk:parser/parse-types@0.1.0').ParseReturn;

  export type ParserConfig = import('chipmunk:parser/parse-types@0.1.0').ParserConfig;

  export type RenderOptions = import('chipmunk:parser/parse-types@0.1.0').RenderOptions;

  export type Version = import('chipmunk:shared/shared-types@0.1.0').Version;

  /** What a plugin exports of this interface. */
  export interface Exports {
    /** Asked before `init`, of an instance that is thrown away. */
    getVersion(): Version;
    /** Asked before `init`, of an instance that is thrown away. */
    getConfigSchemas(): ConfigSchemaItem[];
    /** Asked before `init`, of an instance that is thrown away. */
    getRenderOptions(): RenderOptions;
    /**
     * Begins a run: called once, before the first `parse`.
     *
     * It fails by throwing the error, or an Error that has it as `payload`.
     */
    init(generalConfigs: ParserConfig, pluginConfigs: ConfigItem[]): void;
    /**
     * Parses what there is: all bytes that are not consumed yet, from the first one on. The timestamp is the
     * last one that the source gave, in milliseconds. Where an item was parsed before an error, the item is
     * returned and the error at the next call.
     *
     * It fails by throwing the error, or an Error that has it as `payload`.
     */
    parse(data: Uint8Array, timestamp: number | null): ParseReturn[];
  }
}

declare module 'chipmunk:parser/parser' {
  export * from 'chipmunk:parser/parser@0.1.0';
}
