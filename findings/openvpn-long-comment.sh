#!/bin/sh
# OpenVPN 2.6.14 (Debian 12: openvpn 2.6.14-0+deb12u2).
#
# A comment of 255 bytes makes the whole profile an error: the length of a line is checked before it is known to be a comment, and
# 254 bytes are the most. NetworkManager's import takes such a profile without a word (network-manager-openvpn 1.10.2).
#
# Seen:
#   254: taken
#   255: Maximum option line length (256) exceeded
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q openvpn=2.6.14-0+deb12u2 libpkcs11-helper1 liblzo2-2 liblz4-1 libcap-ng0 libnl-3-200 libnl-genl-3-200 >said 2>&1
for package in ./*.deb; do dpkg -x "$package" .; done
libraries=$(find "$folder" -name '*.so.*' -exec dirname {} + | sort -u | tr '\n' ':')
for length in 254 255; do
  printf '#%*s\ndev null\n' $((length - 1)) x >"$length.ovpn"
  if LD_LIBRARY_PATH=$libraries usr/sbin/openvpn --config "$length.ovpn" --show-tls >said; then
    echo "$length: taken"
  else
    echo "$length: $(sed -n 's/.*: \(Maximum option line length ([0-9]*) exceeded\).*/\1/p' said)"
  fi
done >seen
printf '%s\n' '254: taken' '255: Maximum option line length (256) exceeded' >expected
diff expected seen
