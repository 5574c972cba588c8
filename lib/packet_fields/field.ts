/** Some bits of a frame and what they are. */
export interface PacketField {
  /**
   * `Ethernet`, `802.1Q`, `IPv4`, `GRE`, …; of a packet in a tunnel `inner IPv4`, one tunnel deeper `inner 2 IPv4`; of
   * the packet that an ICMP error is about `quoted IPv4`.
   */
  layer: string;
  name: string;
  /** Where its bytes begin in the frame, and how many there are. */
  offset: number;
  length: number;
  /** It is only some bits of these bytes, counted from the first byte's highest; else it is all of them. */
  bits?: { first: number; count: number };
  /** Its value for people. */
  text: string;
  /** Against another frame: its value is another there, or there is no such field. */
  changed?: "value" | "field";
}
