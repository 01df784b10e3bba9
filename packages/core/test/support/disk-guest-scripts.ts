/** All that an installation may touch, but for directories and the logs of programs. */
export const fingerprintScript =
  "find /boot /etc /usr/lib/modules /var/lib/initramfs-tools -type f -exec sha256sum {} + | sort -k 2";

/** An installation fails where the first file system is made, its files being there already. */
export const breakInitramfs = `
mv /usr/sbin/update-initramfs /root/ && printf '#!/bin/sh\necho no room >&2; exit 1\n' >/usr/sbin/update-initramfs &&
chmod 755 /usr/sbin/update-initramfs
`;
/** Puts the real one back. */
export const mendInitramfs = "mv /root/update-initramfs /usr/sbin/";

/** What has no session of its own yet ends with the connection: so it is waited for. */
export const rebootScript = `
: "$(setsid sh -c 'echo begun; exec >/dev/null 2>&1; sleep 1; exec reboot' </dev/null &)"
`;
