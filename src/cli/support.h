/* What the commands share: reading their options, saying what went wrong, printing records and progress. */
#ifndef CLI_SUPPORT_H
#define CLI_SUPPORT_H

#include "base/invocation.h"
#include "codec/json.h"

/* Reads the command's options; what is no option stays in argc, argv (argv[0] is the command). `arguments` is shown in --help: "INVOICE". FALSE: *exit_code is what to
 * end with (0 after --help, 64 after an error that was printed). */
gboolean cli_options(const Command *command, const char *arguments, const GOptionEntry *entries, int *argc, char ***argv, int *exit_code);

/* Prints "akkoord COMMAND: what went wrong" and gives the exit code for it. */
int cli_fail(const Command *command, const GError *error);

/* The same for a wrong command line: 64. */
int cli_usage(const Command *command, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* One record as one line. Takes no reference. */
void cli_print_record(const Json *record);

/* A line for people on standard output. */
void cli_say(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* A bar on standard error where that is a terminal; nothing elsewhere. */
typedef struct {
	guint done, total;
	gint64 drawn_us;
	gboolean shown;
} CliProgress;
void cli_progress(CliProgress *progress, guint done, guint total);
void cli_progress_end(CliProgress *progress);

/* `text` fitted into `width` columns of a table: padded, or cut with "…". Owned by the caller. */
char *cli_column(const char *text, guint width);

#endif
