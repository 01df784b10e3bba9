/**
 * Words that a POSIX shell, dash, bash, ksh or busybox takes for itself: such a program is started
 * through `exec`, which knows programs only.
 */
export const builtinNames: ReadonlySet<string> = new Set(
  [
    // Reserved words and special built-ins.
    "case coproc do done elif else esac fi for function if in namespace select then time until while",
    ". : break continue eval exec exit export readonly return set shift source times trap unset",
    // Built-ins of POSIX.
    "alias bg cd command false fc fg getopts hash jobs kill newgrp pwd read true type ulimit umask",
    "unalias wait",
    // Built-ins of one shell or another.
    "bind builtin caller chdir compgen complete compopt declare dirs disown echo enable help history",
    "let local logout mapfile popd print printf pushd readarray shopt sleep suspend test typeset whence",
    // What ksh, mksh and busybox may build in as well.
    "basename cat chmod cmp cut date dirname expr getconf head join ln logname mkdir mkfifo mv paste",
    "realpath rename rm rmdir stty sync tail tee uname uniq vmstate wc",
  ]
    .join(" ")
    .split(" "),
);
