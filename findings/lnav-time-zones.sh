#!/usr/bin/env bash
# lnav 0.11.1 (Debian 12; PyPI has no such package): the time in an access log ends with its zone (Apache, mod_log_config: %t), that of RFC 5424 too
# (6.2.3). lnav merges files by time, and leaves the zone out of it: 10:00 +0100 comes after 09:30 +0000, and log_time says 10:00 and 09:30.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq lnav=0.11.1-3 libarchive13
for package in *.deb; do dpkg -x "$package" root; done
echo '192.0.2.1 - ann [31/Jan/2024:10:00:00 +0100] "GET /a HTTP/1.1" 200 10 "-" "curl/8.0"' >first.log
echo '192.0.2.2 - bob [31/Jan/2024:09:30:00 +0000] "GET /b HTTP/1.1" 200 10 "-" "curl/8.0"' >second.log
echo '<34>1 2024-01-31T10:00:00.250+01:00 host app 12 - - ann' >first.syslog
echo '<34>1 2024-01-31T09:30:00.250Z host app 12 - - bob' >second.syslog
libraries=$(dirname "$(find "$work/root" -name 'libarchive.so.13' -print -quit)")
export HOME=$work TZ=UTC LC_ALL=C LD_LIBRARY_PATH=$libraries
root/usr/bin/lnav -n -c ';select log_time, cs_username from access_log order by log_time' first.log second.log | tee times
root/usr/bin/lnav -n first.syslog second.syslog | tee merged
grep -A 1 '2024-01-31 09:30:00.000 bob' times | grep '2024-01-31 10:00:00.000 ann'
grep -A 1 'bob$' merged | grep 'ann$'
