/* Filters put together from settings and values (RFC 4515). A value never becomes syntax: each goes through
 * connection_escape(). */
#ifndef DIRECTORY_FILTER_H
#define DIRECTORY_FILTER_H

#include <glib.h>

/* Puts the values (char * to char *) for the {name}s of the template, escaped. Owned by the caller. NULL with
 * ERROR_NOT_FOUND that names the first without a value (an empty one is none), ERROR_CONFIG where a brace does not
 * enclose a name of a-z, 0-9 and _ (a brace that is meant as one is written \7b or \7d). */
char *filter_fill(const char *template, GHashTable *values, GError **error);

/* "(attribute=value)". Owned by the caller; so below. */
char *filter_equals(const char *attribute, const char *value);
char *filter_equals_bytes(const char *attribute, const void *bytes, gsize length);

/* "(|(attribute=a)(attribute=b))" for values[first], … at most `count` of them, at least one. `values`: of char *. */
char *filter_any(const char *attribute, GPtrArray *values, guint first, guint count);

/* "(|AB)" of one or more filters (of char *) that have their parentheses. */
char *filter_or(GPtrArray *filters);

/* "(&AB)", each with parentheses put around where they are missing. */
char *filter_and(const char *a, const char *b);
char *filter_not(const char *a); /* "(!A)" */

#endif
