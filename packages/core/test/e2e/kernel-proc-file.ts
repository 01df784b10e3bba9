/** A patch of our own: a file of /proc, in a source file of its own. */
export const procFilePatch = `A file that shows that the patched kernel runs.
--- a/fs/proc/Makefile
+++ b/fs/proc/Makefile
@@ -23,6 +23,7 @@
 proc-y	+= uptime.o
 proc-y	+= util.o
 proc-y	+= version.o
+proc-y	+= hoststack.o
 proc-y	+= softirqs.o
 proc-y	+= namespaces.o
 proc-y	+= self.o
--- /dev/null
+++ b/fs/proc/hoststack.c
@@ -0,0 +1,16 @@
+// SPDX-License-Identifier: GPL-2.0
+#include <linux/init.h>
+#include <linux/proc_fs.h>
+#include <linux/seq_file.h>
+
+static int hoststack_show(struct seq_file *file, void *nothing)
+{
+	seq_puts(file, "patched\\n");
+	return 0;
+}
+
+static int __init hoststack_init(void)
+{
+	return proc_create_single("hoststack", 0444, NULL, hoststack_show) ? 0 : -ENOMEM;
+}
+fs_initcall(hoststack_init);
`;
