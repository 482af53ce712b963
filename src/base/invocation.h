/* How the program was called: the options that stand before the command, and the commands' common form. */
#ifndef BASE_INVOCATION_H
#define BASE_INVOCATION_H

#include <glib.h>

typedef struct {
	const char *config_path; /* -c, else the default */
	gboolean now_given;      /* --now */
	gint64 now;              /* then: that instant */
	gboolean json;           /* --json: one object a line */
} Invocation;

/* argv[0] is the command's name. Returns the exit code (sysexits; DESIGN.md 4). */
typedef int (*CommandRun)(const Invocation *invocation, int argc, char **argv);

typedef struct {
	const char *name;
	const char *summary; /* one line for --help, marked for translation with N_() */
	CommandRun run;
} Command;

#endif
