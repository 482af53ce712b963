/* One entry of the directory, as a search gave it. */
#ifndef DIRECTORY_ENTRY_H
#define DIRECTORY_ENTRY_H

#include <glib.h>

typedef struct {
	char *dn;         /* as the server writes it */
	GByteArray *text; /* names and values, each ended by NUL */
	GArray *values;   /* where they stand in it, in the server's order */
	gboolean has_ranges;
} Entry;

Entry *entry_new(const char *dn);
void entry_free(Entry *entry); /* NULL is nothing to do */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Entry, entry_free)
void entry_add(Entry *entry, const char *attribute, const void *bytes, gsize length);

/* Attribute names are compared without case. All of these take NULL for an attribute that the settings leave out: no
 * value. */
gboolean entry_has(const Entry *entry, const char *attribute);
guint entry_count(const Entry *entry, const char *attribute); /* of its values */

/* The first value's bytes, borrowed until the entry changes, and ended by NUL; NULL = none. */
const char *entry_value(const Entry *entry, const char *attribute, gsize *length);

/* One after another, every value under that name with whatever options behind it ("cn;lang-nl"): *place is 0 before the first.
 * NULL = that were all. */
const char *entry_next(const Entry *entry, const char *attribute, guint *place, gsize *length);

/* The first value as one clean line for people (base/text.h); NULL = none, or nothing left. Owned by the caller. */
char *entry_line(const Entry *entry, const char *attribute);

/* Every value as it is (a DN must stay what it was), but for those that hold a NUL byte: no text. GPtrArray of char
 * *, owned by the caller, perhaps empty. */
GPtrArray *entry_texts(const Entry *entry, const char *attribute);

/* The full name, in lower case, of an attribute of which the server gave only a part of the values ("member;range=0-1499" instead
 * of "member", as Active Directory does); borrowed until the entry changes; NULL = there is none. */
const char *entry_partial(const Entry *entry);

/* The values of the attribute `name` are `attribute`'s from now on. */
void entry_rename(Entry *entry, const char *name, const char *attribute);

/* Adds to `attribute` the values that `name` has in another entry. */
void entry_add_from(Entry *entry, const char *attribute, const Entry *from, const char *name);

#endif
