/** Finds what TCP, UDP or ICMP carries in a captured packet. Total: whatever the bytes are, it ends with a payload or a reason. */

export const Link = {
  null: 0,
  ethernet: 1,
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  loop: 108,
  cooked: 113,
  ipv4: 228,
  ipv6: 229,
  cooked2: 276,
} as const;

const Ether = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, qinq: 0x88a8, oldQinq: 0x9100 } as const;
const Protocol = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const;
/** IPv6 headers that have another behind them: hop by hop, routing, fragment, authentication, destination, mobility, HIP, Shim6. */
const Extension = {
  hop: 0,
  routing: 43,
  fragment: 44,
  authentication: 51,
  destination: 60,
  mobility: 135,
  hip: 139,
  shim6: 140,
} as const;
const extensions: ReadonlySet<number> = new Set(Object.values(Extension));

export type Layers =
  | {
      readonly payload: Buffer;
      /** A header says that there is more than was captured. */
      readonly isCut: boolean;
    }
  | {
      /** Why there is no payload. */
      readonly none: 'link' | 'network' | 'transport' | 'fragment' | 'damaged';
      /** In words: `ARP or another protocol (0x0806)`. */
      readonly text: string;
    };

/** Looks into a packet of this link layer. */
export function findPayload(link: number, bytes: Buffer): Layers {
  switch (link) {
    case Link.ethernet:
      return ethernet(bytes);
    case Link.cooked:
      return bytes.length < 16
        ? damaged('Linux cooked header')
        : etherType(bytes.readUInt16BE(14), bytes, 16);
    case Link.cooked2:
      return bytes.length < 20 ? damaged('Linux cooked header') : etherType(bytes.readUInt16BE(0), bytes, 20);
    case Link.null:
    case Link.loop:
      return bytes.length < 4 ? damaged('loopback header') : ip(bytes, 4);
    case Link.raw:
    case Link.rawBsd:
    case Link.rawOpenBsd:
    case Link.ipv4:
    case Link.ipv6:
      return ip(bytes, 0);
    default:
      return { none: 'link', text: `link layer ${link}` };
  }
}

function ethernet(bytes: Buffer): Layers {
  return bytes.length < 14 ? damaged('Ethernet header') : etherType(bytes.readUInt16BE(12), bytes, 14);
}

function etherType(type: number, bytes: Buffer, at: number): Layers {
  switch (type) {
    case Ether.vlan:
    case Ether.qinq:
    case Ether.oldQinq:
      if (bytes.length < at + 4) return damaged('VLAN tag');
      return etherType(bytes.readUInt16BE(at + 2), bytes, at + 4);
    case Ether.ipv4:
      return ipv4(bytes.subarray(at));
    case Ether.ipv6:
      return ipv6(bytes.subarray(at));
    default:
      return { none: 'network', text: `no IP (0x${type.toString(16).padStart(4, '0')})` };
  }
}

/** By the version: what says the protocol of a loopback packet is of another value in every system. */
function ip(bytes: Buffer, at: number): Layers {
  const rest = bytes.subarray(at);
  const version = (rest[0] ?? 0) >> 4;
  if (version === 4) return ipv4(rest);
  return version === 6 ? ipv6(rest) : { none: 'network', text: `no IP (version ${version})` };
}

function ipv4(bytes: Buffer): Layers {
  if (bytes.length < 20) return damaged('IPv4 header');
  const header = (bytes.readUInt8(0) & 0xf) * 4;
  if (bytes.readUInt8(0) >> 4 !== 4 || header < 20 || bytes.length < header) return damaged('IPv4 header');
  // 0 where the network card has cut the packet up: all that is there belongs to it.
  const total = bytes.readUInt16BE(2) === 0 ? bytes.length : bytes.readUInt16BE(2);
  if (total < header) return damaged('IPv4 length');
  if ((bytes.readUInt16BE(6) & 0x3fff) !== 0) return { none: 'fragment', text: 'fragment of an IPv4 packet' };
  return transport(bytes.readUInt8(9), bytes.subarray(header, total), bytes.length < total);
}

function ipv6(bytes: Buffer): Layers {
  if (bytes.length < 40 || bytes.readUInt8(0) >> 4 !== 6) return damaged('IPv6 header');
  const length = bytes.readUInt16BE(4);
  // 0 is a jumbogram, or a packet that the network card has cut up.
  const end = length === 0 ? bytes.length : 40 + length;
  let next = bytes.readUInt8(6);
  let at = 40;
  while (extensions.has(next)) {
    if (bytes.length < at + 8) return damaged('IPv6 extension header');
    const size = bytes.readUInt8(at + 1);
    if (next === Extension.fragment) {
      if ((bytes.readUInt16BE(at + 2) & 0xfff9) !== 0)
        return { none: 'fragment', text: 'fragment of an IPv6 packet' };
      next = bytes.readUInt8(at);
      at += 8;
      continue;
    }
    const isAuthentication = next === Extension.authentication;
    next = bytes.readUInt8(at);
    at += isAuthentication ? (size + 2) * 4 : (size + 1) * 8;
  }
  if (at > Math.min(end, bytes.length)) return damaged('IPv6 extension header');
  return transport(next, bytes.subarray(at, end), bytes.length < end);
}

function transport(protocol: number, bytes: Buffer, isCut: boolean): Layers {
  switch (protocol) {
    case Protocol.tcp: {
      const header = bytes.length < 20 ? 0 : (bytes.readUInt8(12) >> 4) * 4;
      if (header < 20 || header > bytes.length) return damaged('TCP header');
      return { payload: bytes.subarray(header), isCut };
    }
    case Protocol.udp: {
      if (bytes.length < 8) return damaged('UDP header');
      // 0 is a packet that is longer than the field can say.
      const length = bytes.readUInt16BE(4) === 0 ? bytes.length : bytes.readUInt16BE(4);
      if (length < 8) return damaged('UDP length');
      return { payload: bytes.subarray(8, length), isCut: isCut || length > bytes.length };
    }
    case Protocol.icmp:
    case Protocol.icmpv6:
      return icmp(protocol, bytes, isCut);
    default:
      return { none: 'transport', text: `no TCP, UDP or ICMP (protocol ${protocol})` };
  }
}

/** As upstream counts its header: 8 bytes, 20 of timestamps. */
function icmp(protocol: number, bytes: Buffer, isCut: boolean): Layers {
  if (bytes.length < 8) return damaged('ICMP header');
  const type = bytes.readUInt8(0);
  const isTimestamp = protocol === Protocol.icmp && (type === 13 || type === 14);
  return { payload: bytes.subarray(isTimestamp ? 20 : 8), isCut };
}

function damaged(what: string): Layers {
  return { none: 'damaged', text: `${what} that is cut off or damaged` };
}
