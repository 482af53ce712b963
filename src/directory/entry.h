/* One entry of the directory, as a search gave it. */
#ifndef DIRECTORY_ENTRY_H
#define DIRECTORY_ENTRY_H

#include <glib.h>

typedef struct {
	char *dn;               /* as the server writes it */
	GHashTable *attributes; /* lower-case name -> GPtrArray of GBytes, in the server's order */
} Entry;

Entry *entry_new(const char *dn);
void entry_free(Entry *entry); /* NULL is nothing to do */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Entry, entry_free)
void entry_add(Entry *entry, const char *attribute, const void *bytes, gsize length);

/* Attribute names are compared without case. All of these take NULL for an attribute that the settings leave out: no
 * value. */
gboolean entry_has(const Entry *entry, const char *attribute);
guint entry_count(const Entry *entry, const char *attribute); /* of its values */

/* The first value's bytes, borrowed; NULL = none. */
GBytes *entry_bytes(const Entry *entry, const char *attribute);

/* The first value as one clean line for people (base/text.h); NULL = none, or nothing left. Owned by the caller. */
char *entry_line(const Entry *entry, const char *attribute);

/* Every value as it is (a DN must stay what it was), but for those that hold a NUL byte: no text. GPtrArray of char
 * *, owned by the caller, perhaps empty. */
GPtrArray *entry_texts(const Entry *entry, const char *attribute);

/* Every value under that name, with whatever options behind it ("cn;lang-nl") and whatever bytes in it: GPtrArray of GBytes,
 * owned by the caller. */
GPtrArray *entry_bytes_of_all(const Entry *entry, const char *attribute);

/* The full name, in lower case, of an attribute of which the server gave only a part of the values ("member;range=0-1499" instead
 * of "member", as Active Directory does); borrowed; NULL = there is none. */
const char *entry_partial(const Entry *entry);

/* Puts the values of the attribute `name` of `from` behind those of `attribute`; `name` is gone then. `from` may be the entry
 * itself. */
void entry_move(Entry *entry, const char *attribute, Entry *from, const char *name);

#endif
