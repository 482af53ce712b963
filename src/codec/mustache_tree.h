/* What a template is once compiled: shared by mustache_compile.c, which makes it, and mustache.c, which renders it. */
#ifndef CODEC_MUSTACHE_TREE_H
#define CODEC_MUSTACHE_TREE_H

#include <glib.h>

typedef enum { NODE_TEXT, NODE_ESCAPED, NODE_RAW, NODE_SECTION, NODE_INVERTED, NODE_PARTIAL } NodeKind;

typedef struct {
	NodeKind kind;
	char *text;           /* NODE_TEXT: the literal; else the name as written */
	char **path;          /* the name's parts; empty for "."; NULL for text and partials */
	gboolean starts_line; /* NODE_TEXT: begins a line of the template; NODE_PARTIAL: stands alone on its line */
	char *indent;         /* NODE_PARTIAL that starts a line: what stands before it; else NULL */
	int line;             /* in the template, counted from 1 */
	GPtrArray *children;  /* NODE_SECTION, NODE_INVERTED: Node; else NULL */
} Node;

struct Mustache {
	char *name;
	GPtrArray *nodes; /* Node */
};

#endif
