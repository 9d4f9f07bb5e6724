// Written by Hotplug from wit/: changes of it are lost.

declare module 'wasi:sockets/network@0.2.0' {
  export type ErrorCode =
    | 'unknown'
    | 'access-denied'
    | 'not-supported'
    | 'invalid-argument'
    | 'out-of-memory'
    | 'timeout'
    | 'concurrency-conflict'
    | 'not-in-progress'
    | 'would-block'
    | 'invalid-state'
    | 'new-socket-limit'
    | 'address-not-bindable'
    | 'address-in-use'
    | 'remote-unreachable'
    | 'connection-refused'
    | 'connection-reset'
    | 'connection-aborted'
    | 'datagram-too-large'
    | 'name-unresolvable'
    | 'temporary-resolver-failure'
    | 'permanent-resolver-failure';

  export type IpAddress = { tag: 'ipv4'; val: Ipv4Address } | { tag: 'ipv6'; val: Ipv6Address };

  export type IpAddressFamily = 'ipv4' | 'ipv6';

  export type IpSocketAddress =
    | { tag: 'ipv4'; val: Ipv4SocketAddress }
    | { tag: 'ipv6'; val: Ipv6SocketAddress };

  export type Ipv4Address = [number, number, number, number];

  export interface Ipv4SocketAddress {
    port: number;
    address: Ipv4Address;
  }

  export type Ipv6Address = [number, number, number, number, number, number, number, number];

  export interface Ipv6SocketAddress {
    port: number;
    flowInfo: number;
    address: Ipv6Address;
    scopeId: number;
  }

  export class Network {
    /** The host makes it. */
    private constructor();
    /** Gives it back to the host; `using` does so at the end of a block. */
    [Symbol.dispose](): void;
  }
}

declare module 'wasi:sockets/network' {
  export * from 'wasi:sockets/network@0.2.0';
}

declare module 'wasi:sockets/instance-network@0.2.0' {
  export function instanceNetwork(): import('wasi:sockets/network@0.2.0').Network;
}

declare module 'wasi:sockets/instance-network' {
  export * from 'wasi:sockets/instance-network@0.2.0';
}

declare module 'wasi:sockets/udp@0.2.0' {
  export type ErrorCode = import('wasi:sockets/network@0.2.0').ErrorCode;

  export interface IncomingDatagram {
    data: Uint8Array;
    remoteAddress: IpSocketAddress;
  }

  export type IpAddressFamily = import('wasi:sockets/network@0.2.0').IpAddressFamily;

  export type IpSocketAddress = import('wasi:sockets/network@0.2.0').IpSocketAddress;

  export interface OutgoingDatagram {
    data: Uint8Array;
    remoteAddress: IpSocketAddress | null;
  }

  export class UdpSocket {
    /** The host makes it. */
    private constructor();
    /** An error is thrown as an Error that has it as `payload`. */
    startBind(network: import('wasi:sockets/network@0.2.0').Network, localAddress: IpSocketAddress): void;
    /** An error is thrown as an Error that has it as `payload`. */
    finishBind(): void;
    /** An error is thrown as an Error that has it as `payload`. */
    stream(remoteAddress: IpSocketAddress | null): [IncomingDatagramStream, OutgoingDatagramStream];
    /** An error is thrown as an Error that has it as `payload`. */
    localAddress(): IpSocketAddress;
    /** An error is thrown as an Error that has it as `payload`. */
    remoteAddress(): IpSocketAddress;
    addressFamily(): IpAddressFamily;
    /** An error is thrown as an Error that has it as `payload`. */
    unicastHopLimit(): number;
    /** An error is thrown as an Error that has it as `payload`. */
    setUnicastHopLimit(value: number): void;
    /** An error is thrown as an Error that has it as `payload`. */
    receiveBufferSize(): number;
    /** An error is thrown as an Error that has it as `payload`. */
    setReceiveBufferSize(value: number): void;
    /** An error is thrown as an Error that has it as `payload`. */
    sendBufferSize(): number;
    /** An error is thrown as an Error that has it as `payload`. */
    setSendBufferSize(value: number): void;
    subscribe(): import('wasi:io/poll@0.2.0').Pollable;
    /** Gives it back to the host; `using` does so at the end of a block. */
    [Symbol.dispose](): void;
  }

  export class IncomingDatagramStream {
    /** The host makes it. */
    private constructor();
    /** An error is thrown as an Error that has it as `payload`. */
    receive(maxResults: number): IncomingDatagram[];
    subscribe(): import('wasi:io/poll@0.2.0').Pollable;
    /** Gives it back to the host; `using` does so at the end of a block. */
    [Symbol.dispose](): void;
  }

  export class OutgoingDatagramStream {
    /** The host makes it. */
    private constructor();
    /** An error is thrown as an Error that has it as `payload`. */
    checkSend(): number;
    /** An error is thrown as an Error that has it as `payload`. */
    send(datagrams: OutgoingDatagram[]): number;
    subscribe(): import('wasi:io/poll@0.2.0').Pollable;
    /** Gives it back to the host; `using` does so at the end of a block. */
    [Symbol.dispose](): void;
  }
}

declare module 'wasi:sockets/udp' {
  export * from 'wasi:sockets/udp@0.2.0';
}

declare module 'wasi:sockets/udp-create-socket@0.2.0' {
  export type ErrorCode = import('wasi:sockets/network@0.2.0').ErrorCode;

  export type IpAddressFamily = import('wasi:sockets/network@0.2.0').IpAddressFamily;

  /** An error is thrown as an Error that has it as `payload`. */
  export function createUdpSocket(addressFamily: IpAddressFamily): import('wasi:sockets/udp@0.2.0').UdpSocket;
}

declare module 'wasi:sockets/udp-create-socket' {
  export * from 'wasi:sockets/udp-create-socket@0.2.0';
}

declare module 'wasi:sockets/tcp@0.2.0' {
  export type Duration = import('wasi:clocks/monotonic-clock@0.2.0').Duration;

  export type ErrorCode = import('wasi:sockets/network@0.2.0').ErrorCode;

  export type IpAddressFamily = import('wasi:sockets/network@0.2.0').IpAddressFamily;

  export type IpSocketAddress = import('wasi:sockets/network@0.2.0').IpSocketAddress;

  export type ShutdownType = 'receive' | 'send' | 'both';

  export class TcpSocket {
    /** The host makes it. */
    private constructor();
    /** An error is thrown as an Error that has it as `payload`. */
    startBind(network: import('wasi:sockets/network@0.2.0').Network, localAddress: IpSocketAddress): void;
    /** An error is thrown as an Error that has it as `payload`. */
    finishBind(): void;
    /** An error is thrown as an Error that has it as `payload`. */
    startConnect(network: import('wasi:sockets/network@0.2.0').Network, remoteAddress: IpSocketAddress): void;
    /** An error is thrown as an Error that has it as `payload`. */
    finishConnect(): [import('wasi:io/streams@0.2.0').InputStream, import('wasi:io/streams@0.2.0').OutputStream];
    /** An error is thrown as an Error that has it as `payload`. */
    startListen(): void;
    /** An error is thrown as an Error that has it as `payload`. */
    finishListen(): void;
    /** An error is thrown as an Error that has it as `payload`. */
    accept(): [TcpSocket, import('wasi:io/streams@0.2.0').InputStream, import('wasi:io/streams@0.2.0').OutputStream];
    /** An error is thrown as an Error that has it as `payload`. */
    localAddress(): IpSocketAddress;
    /** An error is thrown as an Error that has it as `payload`. */
    remoteAddress(): IpSocketAddress;
    isListening(): boolean;
    addressFamily(): IpAddressFamily;
    /** An error is thrown as an Error that has it as `payload`. */
    setListenBacklogSize(value: number): void;
    /** An error is thrown as an Error that has it as `payload`. */
    keepAliveEnabled(): boolean;
    /** An error is thrown as an Error that has it as `payload`. */
    setKeepAliveEnabled(value: boolean): void;
    /** An error is thrown as an Error that has it as `payload`. */
    keepAliveIdleTime(): Duration;
    /** An error is thrown as an Error that has it as `payload`. */
    setKeepAliveIdleTime(value: Duration): void;
    /** An error is thrown as an Error that has it as `payload`. */
    keepAliveInterval(): Duration;
    /** An error is thrown as an Error that has it as `payload`. */
    setKeepAliveInterval(value: Duration): void;
    /** An error is thrown as an Error that has it as `payload`. */
    keepAliveCount(): number;
    /** An error is thrown as an Error that has it as `payload`. */
    setKeepAliveCount(value: number): void;
    /** An error is thrown as an Error that has it as `payload`. */
    hopLimit(): number;
    /** An error is thrown as an Error that has it as `payload`. */
    setHopLimit(value: number): void;
    /** An error is thrown as an Error that has it as `payload`. */
    receiveBufferSize(): number;
    /** An error is thrown as an Error that has it as `payload`. */
    setReceiveBufferSize(value: number): void;
    /** An error is thrown as an Error that has it as `payload`. */
    sendBufferSize(): number;
    /** An error is thrown as an Error that has it as `payload`. */
    setSendBufferSize(value: number): void;
    subscribe(): import('wasi:io/poll@0.2.0').Pollable;
    /** An error is thrown as an Error that has it as `payload`. */
    shutdown(shutdownType: ShutdownType): void;
    /** Gives it back to the host; `using` does so at the end of a block. */
    [Symbol.dispose](): void;
  }
}

declare module 'wasi:sockets/tcp' {
  export * from 'wasi:sockets/tcp@0.2.0';
}

declare module 'wasi:sockets/tcp-create-socket@0.2.0' {
  export type ErrorCode = import('wasi:sockets/network@0.2.0').ErrorCode;

  export type IpAddressFamily = import('wasi:sockets/network@0.2.0').IpAddressFamily;

  /** An error is thrown as an Error that has it as `payload`. */
  export function createTcpSocket(addressFamily: IpAddressFamily): import('wasi:sockets/tcp@0.2.0').TcpSocket;
}

declare module 'wasi:sockets/tcp-create-socket' {
  export * from 'wasi:sockets/tcp-create-socket@0.2.0';
}

declare module 'wasi:sockets/ip-name-lookup@0.2.0' {
  export type ErrorCode = import('wasi:sockets/network@0.2.0').ErrorCode;

  export type IpAddress = import('wasi:sockets/network@0.2.0').IpAddress;

  /** An error is thrown as an Error that has it as `payload`. */
  export function resolveAddresses(network: import('wasi:sockets/network@0.2.0').Network, name: string): ResolveAddressStream;

  export class ResolveAddressStream {
    /** The host makes it. */
    private constructor();
    /** An error is thrown as an Error that has it as `payload`. */
    resolveNextAddress(): IpAddress | null;
    subscribe(): import('wasi:io/poll@0.2.0').Pollable;
    /** Gives it back to the host; `using` does so at the end of a block. */
    [Symbol.dispose](): void;
  }
}

declare module 'wasi:sockets/ip-name-lookup' {
  export * from 'wasi:sockets/ip-name-lookup@0.2.0';
}
