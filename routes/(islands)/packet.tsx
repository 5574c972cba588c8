import { useState } from "preact/hooks";
import { Packet, type PacketProps } from "../(components)/trace/packet.tsx";

/** A packet whose fields show their bytes, and whose bytes show their fields, when they are pointed at. */
export default function PointedPacket(props: PacketProps) {
  const [active, setActive] = useState<ReadonlySet<number>>(new Set());
  const [at, setAt] = useState(0);
  const point = (fields: readonly number[], byKeyboard = false) => {
    setActive(new Set(fields));
    if (byKeyboard) setAt(fields[0] ?? 0);
  };
  return <Packet {...props} pointing={{ active, at, point }} />;
}
