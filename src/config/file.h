/* Configuration text as a tree (libconfig's door). A tree is read whole or not at all and never changes. */
#ifndef CONFIG_FILE_H
#define CONFIG_FILE_H

#include "config/problems.h"

typedef enum { CONF_GROUP, CONF_LIST, CONF_TEXT, CONF_INTEGER, CONF_FLOAT, CONF_BOOLEAN } ConfType;

typedef struct {
	ConfType type;
	char *name; /* NULL in a list, and at the root */
	char *path; /* "chains[2].stages[0].need"; "" at the root */
	guint line;
	char *text; /* the value: of a text what stands in the quotes, of others as written; of a group or list only a sign that
	               it is one */
	gint64 integer;
	gboolean boolean;
	GPtrArray *children; /* of ConfNode; NULL unless group or list */
} ConfNode;

#define CONF_SIZE_MAX (1024 * 1024)

/* The root group. NULL after any problem, all found up to the first error of syntax are reported: larger than CONF_SIZE_MAX, what
 * scan.h lists, bad syntax, a name given twice, a number that does not fit 64 bits, control characters in a text. A UTF-8 byte
 * order mark is skipped. */
ConfNode *conf_parse(const char *text, gsize length, const char *origin, Problems *problems);
void conf_free(ConfNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConfNode, conf_free)

/* A regular file of at most `size_max` bytes. ERROR_NOT_FOUND, ERROR_FORBIDDEN, ERROR_INVALID name the file and the cause. */
GBytes *conf_read_bytes(const char *path, gsize size_max, GError **error);

/* Borrowed; NULL where the group (may be NULL) has none of that name. */
const ConfNode *conf_get(const ConfNode *group, const char *name);

/* Of a list; 0 for anything else. */
guint conf_length(const ConfNode *list);
const ConfNode *conf_at(const ConfNode *list, guint index);

#endif
