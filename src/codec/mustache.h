/* Mustache templates (mustache(5), the specification's core modules: interpolation, sections, inverted, comments, partials,
 * delimiters; no lambdas). The data is a Json object. */
#ifndef CODEC_MUSTACHE_H
#define CODEC_MUSTACHE_H

#include "codec/json.h"

typedef struct Mustache Mustache;

typedef enum {
	MUSTACHE_ESCAPE_HTML, /* {{x}} escapes & < > " ' */
	MUSTACHE_ESCAPE_NONE, /* text parts */
	/* These write every value so that it stays one; a tag that asks for no escaping is escaped too. */
	MUSTACHE_ESCAPE_XML,    /* as HTML */
	MUSTACHE_ESCAPE_JSON,   /* within a string */
	MUSTACHE_ESCAPE_URL,    /* %XX of all but unreserved characters: in a path, a query or a form */
	MUSTACHE_ESCAPE_HEADER, /* %XX of all but printable ASCII, and of % { } */
} MustacheEscape;

/* Compiles UTF-8 text (a byte order mark is skipped); sections nest at most 64 deep. `name` is for errors: ERROR_CONFIG
 * "NAME:LINE: section {{#items}} is not closed". */
Mustache *mustache_compile(const char *name, const char *text, GError **error);
void mustache_free(Mustache *template);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mustache, mustache_free)

/* The template of that name, borrowed; NULL = none (renders as nothing). */
typedef const Mustache *(*MustachePartials)(const char *name, gpointer user_data);

/* Owned by the caller. Partials nest at most 32 deep (a recursive one on endless data stops there). What
 * would still not end (250 000 steps, 4 MiB) is cut off with a g_warning. */
char *mustache_render(const Mustache *template, const Json *data, MustacheEscape escape, MustachePartials partials,
                      gpointer user_data);

/* What the template asks for. */
typedef struct {
	const char *name; /* as written ("invoice.number"); the template's */
	int line;         /* from 1 */
	gboolean partial; /* a template; else a value or a section */
} MustacheTag;

/* All of them, as they stand in the text, those within sections too (for checking an admin's override): GArray of MustacheTag. */
GArray *mustache_tags(const Mustache *template);

/* That it was compiled with; borrowed. */
const char *mustache_name(const Mustache *template);

#endif
