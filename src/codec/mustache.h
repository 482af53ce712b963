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

/* The names that the template asks for at its outermost level, as written ("invoice.number"), each once (for checking
 * an admin's override): GPtrArray of char *, with its free function. */
GPtrArray *mustache_names(const Mustache *template);

#endif
