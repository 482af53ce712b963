/* What is wrong with a configuration: every finding at once, each with file, line, setting, value and what is wanted. */
#ifndef CONFIG_PROBLEMS_H
#define CONFIG_PROBLEMS_H

#include <glib.h>

typedef struct {
	gboolean is_error; /* else a warning */
	char *file;
	guint line;    /* 0 = of the whole file */
	char *setting; /* "chains[2].stages[0].need" */
	char *found;   /* the value as written; NULL */
	char *wanted;  /* what it should be: "a span such as 5bd" */
} Problem;

typedef struct Problems Problems;

Problems *problems_new(void);
void problems_free(Problems *problems);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Problems, problems_free)

void problems_add(Problems *problems, gboolean is_error, const char *file, guint line, const char *setting, const char *found,
                  const char *wanted_format, ...) G_GNUC_PRINTF(7, 8);
guint problems_count(const Problems *problems);
guint problems_error_count(const Problems *problems); /* without the warnings */
gboolean problems_has_errors(const Problems *problems);
const Problem *problems_get(const Problems *problems, guint index); /* in order of file, line */

/* "policy.conf:14: chains[0].stages[0].need: found "most", wanted any, all or a number". Owned by the caller. */
char *problem_format(const Problem *problem);

/* All of them, one a line, without a last newline. Owned by the caller. */
char *problems_format(const Problems *problems);

#endif
