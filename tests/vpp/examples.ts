/** The example lines of the plugin's documentation. */
export const EXAMPLES = `
lb conf ip4-src-address 192.0.2.1 ip6-src-address 2001:db8::1 buckets 1024 timeout 40
lb vip 2002::/16 encap gre6 new_len 1024
lb vip 2003::/16 encap gre4 new_len 2048
lb vip 80.0.0.0/8 encap gre6 new_len 16
lb vip 90.0.0.0/8 encap gre4 new_len 1024
lb vip 100.0.0.0/8 encap l3dsr dscp 2 new_len 32
lb vip 90.1.2.1/32 encap nat4 port 3306 target_port 3307 node_port 30964 new_len 1024
lb vip 2004::/16 encap nat6 port 6306 target_port 6307 node_port 30966 new_len 1024
lb as 2002::/16 2001::2 2001::3 2001::4
lb as 2003::/16 10.0.0.1 10.0.0.2
lb as 80.0.0.0/8 2001::2
lb as 90.0.0.0/8 10.0.0.1 weight 20
lb as 90.0.0.0/8 10.0.0.1 del flush
lb set interface nat4 in net0
lb flush vip 90.0.0.0/8
`;
