// Written by Hotplug from wit/: changes of it are lost.

/** What flows between nodes, and how a node describes itself. */
declare module 'streamkit:plugin/types@0.1.0' {
  export interface AudioFormat {
    sampleRate: number;
    channels: number;
    sampleFormat: SampleFormat;
  }

  export interface AudioFrame {
    sampleRate: number;
    channels: number;
    samples: number[];
  }

  export type CustomEncoding = 'json';

  export interface CustomPacket {
    typeId: string;
    encoding: CustomEncoding;
    data: string;
  }

  export interface InputPin {
    name: string;
    acceptsTypes: PacketType[];
  }

  export interface NodeMetadata {
    /** A simple name such as "gain"; the host puts it in its own namespace. */
    kind: string;
    inputs: InputPin[];
    outputs: OutputPin[];
    /** JSON Schema of the parameters, as text. */
    paramSchema: string;
    categories: string[];
  }

  export interface OutputPin {
    name: string;
    producesType: PacketType;
  }

  export type Packet =
    | { tag: 'audio'; val: AudioFrame }
    | { tag: 'text'; val: string }
    | { tag: 'binary'; val: Uint8Array }
    | { tag: 'custom'; val: CustomPacket };

  export type PacketType =
    | { tag: 'raw-audio'; val: AudioFormat }
    | { tag: 'opus-audio' }
    | { tag: 'text' }
    | { tag: 'binary' }
    | /** A structured packet with this type id. */
      { tag: 'custom'; val: string }
    | { tag: 'any' };

  export type SampleFormat = 'float32' | 's16-le';
}

declare module 'streamkit:plugin/types' {
  export * from 'streamkit:plugin/types@0.1.0';
}

/** What a plugin may ask of the host. */
declare module 'streamkit:plugin/host@0.1.0' {
  export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

  export type Packet = import('streamkit:plugin/types@0.1.0').Packet;

  /**
   * Sends a packet to an output pin; waits while the pin's queue is full.
   *
   * An error is thrown as an Error with its text.
   */
  export function sendOutput(pinName: string, packet: Packet): void;

  /** Writes a line to the host's log. */
  export function log(level: LogLevel, message: string): void;
}

declare module 'streamkit:plugin/host' {
  export * from 'streamkit:plugin/host@0.1.0';
}

/** What a plugin gives the host. */
declare module 'streamkit:plugin/node@0.1.0' {
  export type NodeMetadata = import('streamkit:plugin/types@0.1.0').NodeMetadata;

  export type Packet = import('streamkit:plugin/types@0.1.0').Packet;

  export interface NodeInstance {
    /**
     * Handles one packet. An error ends the node.
     *
     * It fails with an Error's message.
     */
    process(inputPin: string, packet: Packet): void;
    /**
     * Takes new parameters, possibly only some of them. An error ends the node.
     *
     * It fails with an Error's message.
     */
    updateParams(params: string | null): void;
    /** Called once when the node stops in good order. */
    cleanup(): void;
  }

  /** The class of NodeInstance. */
  export interface NodeInstanceClass {
    /** `params` is the node's configuration as JSON, or none. */
    new (params: string | null): NodeInstance;
  }

  /** What a plugin exports of this interface. */
  export interface Exports {
    /** Called once when the plugin is loaded, before any instance exists. */
    metadata(): NodeMetadata;
    NodeInstance: NodeInstanceClass;
  }
}

declare module 'streamkit:plugin/node' {
  export * from 'streamkit:plugin/node@0.1.0';
}
