/** Programs that set a machine's clock, by the name the kernel shows, and the services they are. */
const daemons: Readonly<Record<string, readonly string[]>> = {
  chronyd: ["chrony", "chronyd"],
  ntpd: ["ntp", "ntpd", "ntpsec", "openntpd"],
  // the kernel cuts names at 15 characters
  "systemd-timesyn": ["systemd-timesyncd"],
};

/** `NAME:SERVICE,SERVICE...`, for the scripts. */
export const daemonArguments: readonly string[] = Object.entries(daemons).map(
  ([name, services]) => `${name}:${services.join(",")}`,
);

/** Prints one line for each that runs in this PID namespace, `none` where none does. */
export const runningScript = `
none=none
for daemon; do
  name=\${daemon%%:*}
  grep -qx "$name" /proc/[0-9]*/comm 2>/dev/null || continue
  echo "$name"; none=
done
[ -z "$none" ] || echo none
`;

/** Prints the user, then `NAME systemd|init|none SERVICE` for each that runs. */
export const servicesScript = `
id -u
for daemon; do
  name=\${daemon%%:*} kind=none found=
  grep -qx "$name" /proc/[0-9]*/comm 2>/dev/null || continue
  old=$IFS; IFS=,
  for service in \${daemon#*:}; do
    if command -v systemctl >/dev/null && systemctl is-active --quiet "$service" 2>/dev/null; then
      kind=systemd found=$service; break
    elif [ -x "/etc/init.d/$service" ]; then kind=init found=$service; break
    fi
  done
  IFS=$old
  echo "$name $kind $found"
done
`;
