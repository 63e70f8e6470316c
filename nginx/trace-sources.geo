# Addresses whose X-Amzn-Trace-Id audit-query believes, one a line, each followed by 1: those of load
# balancers in front of nginx, as 192.0.2.7 or 10.0.0.0/16. Then reload nginx. None are trusted here.
#
# 10.0.1.0/24 1;
# 2001:db8:1::/64 1;
