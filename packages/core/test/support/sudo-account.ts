import { execFileSync } from "node:child_process";

/** An ordinary account on a test server, and what sudo grants it. */
export interface SudoAccount {
  /** Text of the sudoers file. @default sudo is not installed */
  readonly sudoers?: string;
  /** Password of the account. @default none that could be given */
  readonly password?: string;
}

/** Numeric user and group of an ordinary account. */
export const ordinaryId = 4242;

/**
 * Shell text for the server's own mount namespace: a copy of /etc that can be written, the account's
 * password, and a real setuid sudo with its plugins and PAM service where sudo looks for them.
 */
export function sudoNamespace(account: SudoAccount, user: string): string {
  return `
mkdir /run/etc && cp -a /etc/. /run/etc/ && mount --bind /run/etc /etc || exit 1
echo '${user}:x:${ordinaryId}:' >> /etc/group
sed -i '/^${user}:/d' /etc/shadow || exit 1
echo '${user}:${passwordHash(account.password)}:19000:0:99999:7:::' >> /etc/shadow
${account.sudoers === undefined ? "" : installSudo}`;
}

/** Expects the unpacked package in $sudo_tree and the sudoers in $directory. */
const installSudo = `
mount --bind "$sudo_tree/usr/libexec" /usr/libexec && mount -t tmpfs tmpfs /usr/local/bin || exit 1
cp "$sudo_tree/usr/bin/sudo" /usr/local/bin/sudo && chmod 4755 /usr/local/bin/sudo || exit 1
cp "$directory/sudoers" /etc/sudoers && chmod 440 /etc/sudoers || exit 1
printf '%s\\n' 'auth required pam_unix.so' 'account required pam_unix.so' 'session required pam_permit.so' > /etc/pam.d/sudo
`;

function passwordHash(password: string | undefined): string {
  if (password === undefined) return "*";
  const script = "chomp(my $word = <STDIN>); print crypt($word, '$6$hoststack$')";
  return execFileSync("perl", ["-e", script], { input: `${password}\n` }).toString();
}
